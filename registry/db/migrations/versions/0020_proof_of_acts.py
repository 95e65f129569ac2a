"""Who acts is held while the act goes on, and a rule is changed only with a fresh second factor."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision: str | None = "0019"

STAMP_RULE = """
CREATE OR REPLACE FUNCTION trust.stamp_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NOT trust.acts('administrator', 'rules.set', {fresh}) THEN
        RAISE 'only an administrator who is signed in changes a rule' USING ERRCODE = 'check_violation';
    END IF;
    NEW.name := OLD.name;
    NEW.set_by := trust.acting();
    NEW.set_at := clock_timestamp();
    RETURN NEW;
END
$body$
"""

ACTS = """
CREATE OR REPLACE FUNCTION trust.acts(role text, action text, fresh boolean) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    -- Whether who acts is signed in and holds the role now; fresh: with a second factor of the last ten minutes.
{held}    SELECT EXISTS (
        SELECT FROM people.live JOIN people.held USING (account_id)
        WHERE live.session_id = nullif(current_setting('app.session', true), '')::uuid
        AND live.account_id = trust.acting()
        AND held.role = acts.role
        AND (live.actions IS NULL OR acts.action = ANY (live.actions))
        AND (NOT acts.fresh OR live.proved_at > clock_timestamp() - interval '10 minutes')
    )
$body$
"""

HELD = """\
    -- Held as trust.disclose holds them, in its order: who disables or revokes meanwhile comes wholly before or after.
    SELECT FROM people.accounts WHERE id = trust.acting() FOR SHARE; -- wall: the account is held
    SELECT FROM people.sessions WHERE id = nullif(current_setting('app.session', true), '')::uuid FOR SHARE; -- wall: the session is held
    SELECT FROM people.appointments WHERE account_id = trust.acting() ORDER BY id FOR SHARE; -- wall: the appointments are held
"""


def upgrade() -> None:
    op.execute(STAMP_RULE.format(fresh="true"))
    op.execute(ACTS.format(held=HELD))


def downgrade() -> None:
    op.execute(ACTS.format(held=""))
    op.execute(STAMP_RULE.format(fresh="false"))
