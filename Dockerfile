# One image for every part: `hanse serve`, `hanse worker --queue ml`, ... (docker-compose.yml). The engines are not in it.
FROM python:3.13-slim AS packages
COPY requirements/runtime.lock /tmp/runtime.lock
RUN python -m venv /opt/hanse \
    && /opt/hanse/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement /tmp/runtime.lock

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home hanse && install -d -o hanse -g hanse /data
COPY --from=packages /opt/hanse /opt/hanse
WORKDIR /app
COPY api ./api
COPY domain ./domain
COPY workers ./workers
COPY hanse ./hanse
COPY migrations ./migrations
RUN printf '#!/bin/sh\nexec /opt/hanse/bin/python -m hanse "$@"\n' > /usr/local/bin/hanse \
    && chmod 755 /usr/local/bin/hanse \
    && /opt/hanse/bin/python -m compileall -q .
ENV PATH=/opt/hanse/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 \
    HANSE_ENVIRONMENT=production HANSE_HOST=0.0.0.0 HANSE_PORT=8000 HANSE_DATA_DIR=/data
USER hanse
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["hanse", "alive", "api"]
ENTRYPOINT ["hanse"]
CMD ["serve"]
