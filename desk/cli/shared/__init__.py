"""What several verbs share: options, exit codes, and how files, settings and evidence are read."""
