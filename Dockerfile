# The image of every pactwatch service; alone it runs all in one process:
#   docker run --rm --read-only --tmpfs /tmp -v pactwatch:/var/lib/pactwatch -p 127.0.0.1:8765:8765 \
#     --cap-drop ALL --security-opt no-new-privileges -e PACTWATCH_PAGE_TOKEN=WORD pactwatch:local
ARG PYTHON_VERSION=3.11

FROM python:${PYTHON_VERSION}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/pactwatch/venv
WORKDIR /src
COPY pyproject.toml requirements.lock README.md ./
RUN /opt/pactwatch/venv/bin/pip install --require-hashes --requirement requirements.lock
COPY config config
COPY stories stories
COPY producers producers
COPY streams streams
COPY sinks sinks
COPY pactwatch pactwatch
RUN /opt/pactwatch/venv/bin/pip install --no-deps .

FROM python:${PYTHON_VERSION}-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin pactwatch \
    && install -d -o pactwatch -g pactwatch -m 0750 /var/lib/pactwatch
COPY --from=build /opt/pactwatch/venv /opt/pactwatch/venv
COPY docker/health.py /opt/pactwatch/health.py
# XDG_DATA_HOME: the store and the partitions' databases are in /var/lib/pactwatch, the one place to keep.
# PACTWATCH_PAGE_HOST: a page on the container's own loopback could be reached by nobody.
ENV PATH=/opt/pactwatch/venv/bin:$PATH \
    HOME=/tmp \
    XDG_DATA_HOME=/var/lib \
    PACTWATCH_PAGE_HOST=0.0.0.0 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /tmp
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
    CMD ["python", "/opt/pactwatch/health.py", "page"]
ENTRYPOINT ["pactwatch"]
CMD ["run"]
