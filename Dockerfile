# The web application and the commands, in one image. The database is another's business: see docker-compose.yml.
FROM python:3.11-slim-bookworm
WORKDIR /app
COPY requirements.lock ./
COPY scripts scripts
# A database by URL keeps set-up from bringing PostGIS along; Pango, by which pages are printed, comes along.
RUN DATABASE_URL=postgresql://db/merr PIP_NO_CACHE_DIR=1 scripts/setup runtime
COPY . .
RUN useradd --system merr && mkdir /var/lib/merr && chown merr /var/lib/merr
USER merr
# The road search compiles once and is kept where this user may write.
ENV NUMBA_CACHE_DIR=/var/lib/merr/cache/numba
EXPOSE 8050
ENTRYPOINT ["/app/.venv/bin/merr"]
CMD ["serve"]
