"""The web questionnaire: pages rendered on the server, complete without JavaScript."""
