"""A database brought to what `registry.db.roles` says: roles, owners, grants and row security.

What is there is compared with what is said, and only differences are written: a second run writes nothing, and a
login that may not write finds nothing to do once another has done it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg import errors as pg
from psycopg import sql
from sqlalchemy.exc import DBAPIError

from registry.db import roles
from registry.db.roles import DISCLOSE, OWNER, PUBLIC, Grant
from registry.db.schema import WALLED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import pq
    from sqlalchemy import Connection

_TRIES: Final = 5
"""Roles belong to the whole cluster, so migrations of two databases may both want to write one."""


@dataclass(frozen=True)
class _Login:
    """Who settles, and what it may do."""

    name: str
    superuser: bool
    makes_roles: bool


def settle(connection: Connection, passwords: Mapping[str, str] | None = None) -> None:
    """Make roles, owners, grants and row security what `registry.db.roles` says, as far as this login may.

    A login that may not make roles goes on with those that are there; one that may not act as the owner leaves the
    tables whose they are. Whether the wall then stands is what `registry.db.logins.openings` asks.

    Parameters
    ----------
    connection
        In a transaction, with the tables at the newest migration.
    passwords
        Of login roles, to be set; only their SCRAM verifiers leave this process.
    """
    login = _login(connection)
    _make_roles(connection, login)
    _set_passwords(connection, login, passwords or {})
    owner = _owner(connection, login)
    _own(connection, login, owner)
    _grant(connection, login)
    _shut(connection, owner)


def _login(connection: Connection) -> _Login:
    row = connection.exec_driver_sql(
        "SELECT rolname, rolsuper, rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    ).one()
    return _Login(*row)


def known_roles(connection: Connection) -> frozenset[str]:
    """Return those of our roles that are there."""
    found = _rows(connection, "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", list(roles.ROLES))
    return frozenset(name for (name,) in found)


def _make_roles(connection: Connection, login: _Login) -> None:
    if not login.makes_roles:
        return
    for role, how in roles.ROLES.items():
        if role not in known_roles(connection):
            _on_cluster(connection, f"CREATE ROLE {role} {how}", done=pg.DuplicateObject | pg.UniqueViolation)
    too_much = "rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
    found = _rows(
        connection,
        f"SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND ({too_much})",  # noqa: S608 - our own words
        list(roles.ROLES),
    )
    for (role,) in found:
        plain = "NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS"
        _on_cluster(connection, f"ALTER ROLE {role} {plain}")
    _make_members(connection)


def _make_members(connection: Connection) -> None:
    found = _rows(
        connection,
        """
        SELECT pg_get_userbyid(m.member)::text, pg_get_userbyid(m.roleid)::text FROM pg_auth_members m
        JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = ANY(%s)
        """,
        list(roles.ROLES),
    )
    there = {(member, role) for member, role in found}
    wanted = {(member, role) for member, all_of in roles.MEMBERS.items() for role in all_of}
    for member, role in sorted(there - wanted):
        _on_cluster(connection, f'REVOKE "{role}" FROM {member}')
    for member, role in sorted(wanted - there):
        _on_cluster(connection, f"GRANT {role} TO {member}", done=pg.UniqueViolation)


def _set_passwords(connection: Connection, login: _Login, passwords: Mapping[str, str]) -> None:
    known = known_roles(connection)
    client: pq.abc.PGconn = connection.connection.driver_connection.pgconn  # type: ignore[union-attr]
    for role, password in passwords.items():
        if role in known and (login.makes_roles or role == login.name):
            verifier = client.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), verifier)
            _on_cluster(connection, statement.as_string())


def _on_cluster(
    connection: Connection,
    statement: str,
    done: type[Exception] | Any = (),  # noqa: ANN401 - as isinstance takes it
) -> None:
    """Run a statement on what all databases of the cluster share; `done` says that another did it first."""
    for again in reversed(range(_TRIES)):
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(statement)
        except DBAPIError as fault:
            if done and isinstance(fault.orig, done):
                return
            if again and "tuple concurrently" in str(fault.orig):
                continue
            raise
        return


def _owner(connection: Connection, login: _Login) -> str:
    """Return who is to own the tables: `merr_owner` where this login may act as it, else who owns them now."""
    may = "SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = %s"
    if login.superuser or any(row[0] for row in _rows(connection, may, OWNER)):
        return OWNER
    now = "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %s"
    return str(_rows(connection, now, WALLED[0])[0][0])


_OWNERS = {
    "SCHEMA": "SELECT format('%%I', nspname), pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = ANY(%s)",
    # Sequences of a column follow its table.
    "TABLE": """
        SELECT format('%%I.%%I', n.nspname, c.relname), pg_get_userbyid(c.relowner)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ANY(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                          AND c.relkind = 'S' AND d.deptype IN ('a', 'i'))""",
    "TYPE": """
        SELECT format('%%I.%%I', n.nspname, t.typname), pg_get_userbyid(t.typowner)
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE n.nspname = ANY(%s) AND (t.typtype IN ('d', 'e', 'r') OR c.relkind = 'c')""",
    "ROUTINE": """
        SELECT format('%%I.%%I(%%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)), pg_get_userbyid(p.proowner)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY(%s)""",
}
"""What has an owner, and who that is now."""

_SEQUENCES = """
SELECT format('%%I.%%I', n.nspname, c.relname), pg_get_userbyid(c.relowner)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY(%s) AND c.relkind = 'S'
"""
"""Sequences, those of columns too: they are given away with their table, but granted by themselves."""


def _own(connection: Connection, login: _Login, owner: str) -> None:
    """Give everything of ours to its owner; where `merr_owner` may not have it, nothing else is `merr_disclose`'s."""
    for sort, query in _OWNERS.items():
        for name, now in _rows(connection, query, list(WALLED)):
            wanted = owner
            if sort == "ROUTINE" and name in roles.ROUTINES and owner == OWNER:
                wanted = roles.ROUTINES[name].owner
            if now != wanted:
                _give(connection, login, sort, name, wanted)


def _give(connection: Connection, login: _Login, sort: str, name: str, owner: str) -> None:
    schema = name.partition(".")[0]
    # Whoever is no superuser may give a thing only to a role that could have made it there.
    lent = not login.superuser and owner == DISCLOSE
    if lent:
        connection.exec_driver_sql(f"GRANT CREATE ON SCHEMA {schema} TO {owner}")
    connection.exec_driver_sql(f'ALTER {sort} {name} OWNER TO "{owner}"')
    if lent:
        connection.exec_driver_sql(f"REVOKE CREATE ON SCHEMA {schema} FROM {owner}")


_ACL = "LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE a.grantee <>"
_NAMED = "coalesce(r.rolname, 'public'), a.privilege_type"
_FOUND = f"""
SELECT 'table', format('%%I.%%I', n.nspname, c.relname), {_NAMED}, ''
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(c.relacl) a
{_ACL} c.relowner AND n.nspname = ANY(%(schemas)s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
UNION ALL
SELECT 'table', format('%%I.%%I', n.nspname, c.relname), {_NAMED}, t.attname
FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace,
     aclexplode(t.attacl) a
{_ACL} c.relowner AND n.nspname = ANY(%(schemas)s) AND NOT t.attisdropped
UNION ALL
SELECT 'routine', format('%%I.%%I(%%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)), {_NAMED}, ''
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
     aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
{_ACL} p.proowner AND n.nspname = ANY(%(schemas)s)
UNION ALL
SELECT 'schema', format('%%I', n.nspname), {_NAMED}, ''
FROM pg_namespace n, aclexplode(n.nspacl) a {_ACL} n.nspowner AND n.nspname = ANY(%(schemas)s)
UNION ALL
SELECT 'schema', 'public', 'public', 'CREATE'  , ''
FROM pg_namespace n, aclexplode(n.nspacl) a
WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE'
UNION ALL
SELECT 'database', d.datname, {_NAMED}, ''
FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
{_ACL} d.datdba AND d.datname = current_database()
"""  # noqa: S608 - our own words
"""Every grant on what is ours to somebody who does not own it."""


def found_grants(connection: Connection) -> frozenset[Grant]:
    """Return every grant that the database has on what is ours."""
    rows = _rows(connection, _FOUND, {"schemas": list(WALLED)})
    return frozenset(Grant(*row) for row in rows)


def possible_grants(connection: Connection) -> frozenset[Grant]:
    """Return what is said of roles and things that are there; who owns a thing needs no grant on it."""
    here = "SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    ((database, owner),) = _rows(connection, here)
    owners = {("database", database): owner}
    for sort, query in _OWNERS.items():
        owners |= {(sort.lower(), name): owner for name, owner in _rows(connection, query, list(WALLED))}
    owners |= {("table", name): owner for name, owner in _rows(connection, _SEQUENCES, list(WALLED))}
    known = known_roles(connection)
    return frozenset(
        grant
        for grant in roles.wanted_grants(database)
        if grant.role in known and owners.get((grant.sort, grant.name), grant.role) != grant.role
    )


def _grant(connection: Connection, login: _Login) -> None:
    found, wanted = found_grants(connection), possible_grants(connection)
    changes = [("REVOKE", "FROM", grant) for grant in sorted(found - wanted)]
    changes += [("GRANT", "TO", grant) for grant in sorted(wanted - found)]
    for verb, way, grant in changes:
        if _may_grant(connection, login, grant):
            connection.exec_driver_sql(f"{verb} {_words(grant)} {way} {_role(grant)}")


def _words(grant: Grant) -> str:
    column = f" ({grant.column})" if grant.column else ""
    sort = "sequence" if (grant.sort, grant.privilege) == ("table", "USAGE") else grant.sort
    name = f'"{grant.name}"' if sort == "database" else grant.name
    return f"{grant.privilege}{column} ON {sort} {name}"


def _role(grant: Grant) -> str:
    return PUBLIC if grant.role == PUBLIC else f'"{grant.role}"'


def _may_grant(connection: Connection, login: _Login, grant: Grant) -> bool:
    """Return whether this login may change a grant: on the database and on `public`, only who owns them."""
    if login.superuser or (grant.sort != "database" and grant.name != "public"):
        return True
    query = "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
    return bool(_rows(connection, query)[0][0])


_POLICIES = """
SELECT format('%%I.%%I', n.nspname, c.relname), p.polname,
       CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN '*' THEN 'ALL' ELSE p.polcmd::text END,
       (SELECT string_agg(CASE WHEN o = 0 THEN 'public' ELSE pg_get_userbyid(o)::text END, ',') FROM unnest(p.polroles) o),
       p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%s)
"""


def _shut(connection: Connection, owner: str) -> None:
    """Force row security on the tables that are shut, with these policies and no other."""
    found = set(_rows(connection, _POLICIES, list(WALLED)))
    wanted = {
        (table, f"{role}_{command}".lower(), command, owner if role == OWNER else role, True, "true",
         "true" if command == "ALL" else None)
        for table, allowed in roles.SHUT.items()
        for role, command in allowed.items()
        if (role == OWNER or role in known_roles(connection))
    }  # fmt: skip
    for table, name, *_ in sorted(found - wanted):
        connection.exec_driver_sql(f'DROP POLICY "{name}" ON {table}')
    for table, name, command, role, _, _, check in sorted(wanted - found, key=str):
        checked = " WITH CHECK (true)" if check else ""
        connection.exec_driver_sql(
            f'CREATE POLICY "{name}" ON {table} FOR {command} TO "{role}" USING (true){checked}'
        )
    for table in roles.SHUT:
        is_so = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass"
        if not _rows(connection, is_so, table)[0][0]:
            connection.exec_driver_sql(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
            )


def _rows(connection: Connection, query: str, given: object = None) -> list[tuple[Any, ...]]:
    if given is None:
        return [tuple(row) for row in connection.exec_driver_sql(query)]
    parameters = given if isinstance(given, dict) else (given,)
    return [tuple(row) for row in connection.exec_driver_sql(query, parameters)]


def differences(connection: Connection) -> list[str]:
    """Return which grants and roles the database has otherwise than `registry.db.roles` says, a line each."""
    found, wanted = found_grants(connection), possible_grants(connection)
    absent = sorted(set(roles.ROLES) - known_roles(connection))
    return [
        *(f"no role {role}" for role in absent),
        *(f"not granted: {_words(grant)} TO {grant.role}" for grant in sorted(wanted - found)),
        *(f"granted all the same: {_words(grant)} TO {grant.role}" for grant in sorted(found - wanted)),
    ]


_OPENINGS = """
WITH shut AS (
    SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname || '.' || c.relname = ANY(%s)
)
SELECT current_user::text, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
       EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid),
       (SELECT string_agg(name, ' and ' ORDER BY name) FROM shut
        WHERE has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
           OR has_any_column_privilege(oid, 'SELECT, INSERT, UPDATE, REFERENCES')),
       (SELECT string_agg(name, ' and ' ORDER BY name) FROM shut WHERE NOT forced)
FROM pg_roles r WHERE r.rolname = current_user
"""


def openings(connection: Connection) -> tuple[str, ...]:
    """Return what lets the login of `connection` past the second wall, a clause each; empty while the wall stands."""
    row = connection.exec_driver_sql(_OPENINGS, (list(roles.SHUT),)).one()
    name, superuser, bypasses, makes_roles, member, reaches, unshut = row
    clauses = {
        f"{name} is a superuser": superuser,
        f"{name} passes row security": bypasses and not superuser,
        f"{name} may make roles": makes_roles and not superuser,
        f"{name} belongs to another role": member,
        f"{name} has rights on {reaches}": reaches and not superuser,
        f"row security is not forced on {unshut}": unshut,
    }
    return tuple(clause for clause, holds in clauses.items() if holds)
