"""The `posture` command: one command a file, wiring and nothing else."""
