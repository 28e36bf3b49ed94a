# Asar in a container: `docker build -t asar .`; compose.yaml runs it beside PostgreSQL.
# Nothing is resolved or compiled here: requirements-extras.lock names every package with its hash.

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /srv/venv
COPY requirements-extras.lock /srv/asar/
RUN /srv/venv/bin/pip install --no-deps --only-binary :all: --require-hashes \
    --requirement /srv/asar/requirements-extras.lock
# .dockerignore lets in only what runs.
COPY . /srv/asar/
RUN /srv/venv/bin/pip install --no-deps --no-build-isolation --editable /srv/asar \
    && /srv/venv/bin/python -m compileall -q /srv/asar/app /srv/asar/migrations

FROM python:3.12-slim
# A number, so that an orchestrator can see that it is not root. Only /data can be written to.
RUN install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /srv /srv
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ASAR_DATABASE_URL=sqlite:////data/asar.db \
    ASAR_KEYS_DIR=/data/keys
WORKDIR /srv/asar
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["asar", "serve", "--host", "0.0.0.0", "--port", "8000"]
