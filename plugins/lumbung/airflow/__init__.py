"""What Airflow calls: the only package of the library that imports Airflow."""
