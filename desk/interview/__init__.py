"""An interview: what is asked next, how a reply is read, and the way back."""
