"""pgRouting, made ready for `closures_one_to_all` in a database of its own on the private cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import psycopg

from benchmarks.peers import AbsentError, Peer
from registry.db.localdb import cluster
from registry.errors import RegistryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.closures import Question

DATABASE = "merr_bench"
BEYOND_MS = 1e15
ARCS = (
    "SELECT a.id, source, target, CASE WHEN shut.id IS NULL THEN cost ELSE -1 END AS cost "
    "FROM arcs a LEFT JOIN shut USING (id)"
)
FROM_ONE = f"SELECT node, agg_cost FROM pgr_drivingDistance('{ARCS}', %s::bigint, {BEYOND_MS}::float8, true)"  # noqa: S608 - our own words
"""From the node with roads of no length to all sources. The door for several sources at once (`equicost`) gives some
nodes a longer time than the least, so it is no answer to this question."""


def pgrouting(question: Question) -> Peer:
    """Return pgRouting's search: the turned arcs lie in a table, a question's closed arcs are copied beside them.

    Raises
    ------
    AbsentError
        The private cluster cannot run here, or has no pgRouting.
    """
    server = cluster()
    ran = server.status().running
    try:
        server.up()
        server.drop_database(DATABASE)
        url = server.create_database(DATABASE)
    except RegistryError as refusal:
        raise AbsentError(f"pgrouting: the private cluster does not run here ({refusal.title}).") from refusal
    connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)

    def close() -> None:
        connection.close()
        server.drop_database(DATABASE)
        if not ran:
            server.down()

    try:
        connection.execute("CREATE EXTENSION pgrouting CASCADE")
    except psycopg.Error as fault:
        close()
        raise AbsentError(
            "pgrouting is not installed beside PostGIS here: `make bench` installs it."
        ) from fault
    _fill(connection, question)
    nodes = question.nodes

    def ask() -> list[tuple[int, float]]:
        connection.execute("TRUNCATE shut")
        with connection.cursor().copy("COPY shut FROM STDIN") as copy:
            copy.write("".join(f"{arc}\n" for arc in question.closed.tolist()))
        connection.execute("ANALYZE shut")
        return connection.cursor(binary=True).execute(FROM_ONE, (nodes,)).fetchall()

    def read(found: list[tuple[int, float]]) -> NDArray[np.int64]:
        least = np.full(nodes + 1, -1, dtype=np.int64)
        rows = np.array(found)
        least[rows[:, 0].astype(np.int64)] = np.rint(rows[:, 1])
        return least[:nodes]

    return Peer(
        ask,
        read,
        "copying the closed arcs in, searching, reading the rows; wall time",
        wall=True,
        close=close,
    )


def _fill(connection: psycopg.Connection[tuple[object, ...]], question: Question) -> None:
    """Put the turned arcs into a table, and a node with a road of no length to each source."""
    connection.execute("CREATE UNLOGGED TABLE arcs (id bigint, source bigint, target bigint, cost float8)")
    connection.execute("CREATE UNLOGGED TABLE shut (id bigint PRIMARY KEY)")
    arcs, starts = len(question.open_ms), len(question.source)
    columns = (
        np.arange(arcs + starts),
        np.concatenate([question.network.head, np.full(starts, question.nodes)]),
        np.concatenate([question.network.arc_tail, question.source]),
        np.concatenate([question.open_ms, np.zeros(starts, dtype=np.int64)]),
    )
    with connection.cursor().copy("COPY arcs FROM STDIN") as copy:
        for row in zip(*(column.tolist() for column in columns), strict=True):
            copy.write_row(row)
    connection.execute("ALTER TABLE arcs ADD PRIMARY KEY (id)")
    connection.execute("ANALYZE arcs")
