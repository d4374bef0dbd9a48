"""The installation on one machine: set-up, the Airflow processes, tonight's run with its progress."""
