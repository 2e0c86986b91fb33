"""The command ``resolvent``: a file for each verb."""
