# The production image: the official Airflow image, and the very packages of requirements.txt.
#
# They go into an environment of their own, so that the lock alone decides every version: installed over the image's
# packages they would mix with what it brings. Hence the slim variant, which brings little.
FROM apache/airflow:slim-3.3.2-python3.12

USER root
RUN install --directory --owner=airflow --group=0 --mode=0775 /opt/lumbung /var/lib/lumbung /var/lib/lumbung/pages
USER airflow

COPY --chown=airflow:0 requirements.txt /opt/lumbung/requirements.txt
# The image sets PIP_USER for itself; pip refuses that inside an environment.
ENV PIP_USER=false
RUN python -m venv /opt/lumbung/.venv \
    && /opt/lumbung/.venv/bin/python -m pip install --no-cache-dir --no-deps --require-hashes \
        --requirement /opt/lumbung/requirements.txt \
    && /opt/lumbung/.venv/bin/python -m pip check

COPY --chown=airflow:0 expectations /opt/lumbung/expectations
COPY --chown=airflow:0 dbt_project /opt/lumbung/dbt_project
COPY --chown=airflow:0 plugins /opt/lumbung/plugins
COPY --chown=airflow:0 dags /opt/lumbung/dags

ENV PATH=/opt/lumbung/.venv/bin:$PATH \
    PYTHONPATH=/opt/lumbung/plugins \
    LUMBUNG_ROOT=/opt/lumbung \
    LUMBUNG_HOME=/var/lib/lumbung

WORKDIR /opt/lumbung
