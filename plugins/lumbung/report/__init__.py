"""What people see of a release: the planner page and the terminal's summary."""
