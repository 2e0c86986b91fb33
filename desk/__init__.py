"""Where people and programs come in: the command line and all that is said through it."""
