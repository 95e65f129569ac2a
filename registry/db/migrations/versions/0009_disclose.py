"""The one function that hands out what is protected: it asks, records, and only then returns."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision: str | None = "0008"

WANTED_KINDS = """
CREATE FUNCTION trust.wanted_kinds(incident uuid) RETURNS TABLE (kind text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
    -- The kinds that serve a need: by its word, or by the head of what was typed (registry.directory.kinds.resolve).
    WITH needs AS (
        SELECT coalesce(need ->> 'word', regexp_replace(split_part(need ->> 'text', ':', 1), ',.*', '')) AS typed
        FROM registry.incidents AS struck, jsonb_array_elements(struck.needs) AS need
        WHERE struck.id = incident
    ), words AS (
        SELECT lower(regexp_replace(btrim(typed), '[[:space:]_-]+', '_', 'g')) AS word FROM needs
    )
    SELECT DISTINCT kinds.code
    FROM words, registry.kinds AS kinds
    WHERE array[word, regexp_replace(word, 's$', '')]
        && array[kinds.family, kinds.code, lower(regexp_replace(kinds.name, '[[:space:]_-]+', '_', 'g'))]
$body$
"""

# Each marked line can be taken out alone and the function still compiles: a proof does so and looks for a test that notices.
DISCLOSE = """
CREATE FUNCTION trust.disclose(incident uuid, provider uuid, purpose text) RETURNS TABLE (
    opened boolean, reason text, event bigint, name text, contact jsonb, proprietary jsonb
)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
#variable_conflict use_variable
DECLARE
    who uuid := trust.acting();
    at_work uuid := nullif(current_setting('app.session', true), '')::uuid;
    signed_in boolean;
    tied text[];
    reached text[];
    granted record;
    able boolean;
    looks bigint;
    why text;
BEGIN
    -- Held until this transaction ends, so that whoever ends, disables or revokes meanwhile comes before or after it.
    -- The account first: looks of one person take turns, and are counted one by one.
    -- One account, one spelling: looks are recorded and counted by these words.
    PERFORM set_config('app.account', who::text, true), set_config('app.session', at_work::text, true); -- wall: the account is spelt one way
    PERFORM FROM people.accounts WHERE id = who FOR NO KEY UPDATE; -- wall: the account is held
    PERFORM FROM people.sessions WHERE id = at_work FOR SHARE; -- wall: the session is held
    PERFORM FROM people.appointments WHERE account_id = who ORDER BY id FOR SHARE; -- wall: the appointments are held
    PERFORM FROM trust.declarations WHERE ended_at IS NULL ORDER BY id FOR SHARE; -- wall: the declarations are held

    SELECT true, live.actions INTO signed_in, tied FROM people.live AS live
    WHERE true
    AND live.account_id = who -- wall: the session is the account's
    AND live.session_id = at_work -- wall: the session is this one
    ;

    SELECT array_agg(fips) INTO reached FROM trust.touched(incident);
    SELECT * INTO granted FROM trust.grants(incident) LIMIT 1;

    SELECT EXISTS (
        SELECT FROM registry.assets AS asset JOIN registry.sites AS site ON site.id = asset.site_id
        WHERE true
        AND site.provider_id = provider -- wall: the asset is the provider's
        AND asset.kind IN (SELECT kind FROM trust.wanted_kinds(incident)) -- wall: the asset is of a kind needed
        AND asset.status = 'available' -- wall: the asset is available
        AND asset.quantity > 0 -- wall: there is one to send
    ) INTO able;

    SELECT count(*) INTO looks FROM trust.events AS past
    WHERE past.account_id = who::text AND past.action = 'look' AND past.at > clock_timestamp() - interval '1 hour';

    why := CASE
        WHEN signed_in IS NOT TRUE THEN 'signed_out' -- wall: signed in
        WHEN tied IS NOT NULL AND NOT 'contact.look' = ANY (tied) THEN 'token' -- wall: the token is for it
        WHEN NOT EXISTS (SELECT FROM people.held WHERE held.account_id = who AND held.role IN ('planner', 'coordinator', 'local')) THEN 'role' -- wall: a role that may
        WHEN NOT EXISTS (SELECT FROM registry.incidents WHERE id = incident) THEN 'incident' -- wall: the incident is there
        WHEN NOT EXISTS (SELECT FROM people.held WHERE held.account_id = who AND (held.role = 'planner' OR held.role IN ('coordinator', 'local') AND held.counties && reached)) THEN 'jurisdiction' -- wall: within the jurisdiction
        WHEN coalesce(purpose, '') !~ '[A-Za-z]{3}' OR length(purpose) > 400 THEN 'purpose' -- wall: the purpose says something
        WHEN granted.declaration_id IS NULL THEN 'declaration' -- wall: a declaration opens it
        WHEN NOT EXISTS (SELECT FROM trust.ranked WHERE incident_id = incident AND provider_id = provider) THEN 'ranked' -- wall: ranked for it
        WHEN NOT able THEN 'asset' -- wall: has what is needed
        WHEN looks >= coalesce((SELECT (rules.value #>> '{}')::bigint FROM trust.rules WHERE rules.name = 'looks_per_hour'), 0) THEN 'limit' -- wall: no more than the limit
        ELSE NULL
    END;

    IF why IS NULL THEN
        BEGIN
            event := trust.record_event('look', incident, provider, granted.declaration_id, purpose, '{}');
            -- The chain's end may have been waited for: what was open then may be over by now.
            IF NOT EXISTS (SELECT FROM trust.grants(incident) AS still WHERE still.declaration_id = granted.declaration_id) THEN RAISE SQLSTATE 'MERR1'; END IF; -- wall: still open once recorded
        EXCEPTION WHEN SQLSTATE 'MERR1' THEN
            why := 'declaration';
        END;
    END IF;
    IF why IS NOT NULL THEN
        RETURN QUERY SELECT false, why, trust.record_event('look.refused', incident, provider, granted.declaration_id, left(purpose, 400), jsonb_build_object('reason', why)), NULL::text, NULL::jsonb, NULL::jsonb;
        RETURN;
    END IF;
    -- Stands in the server's log also when the caller takes this transaction back.
    RAISE LOG 'merr look: account % session % incident % provider % event %', who, at_work, incident, provider, event;
    RETURN QUERY SELECT true, NULL::text, event, company.name,
        (SELECT jsonb_build_object('person', whom.person, 'phone', whom.phone, 'email', whom.email)
         FROM protected.contacts AS whom WHERE whom.provider_id = company.id),
        coalesce((SELECT jsonb_agg(jsonb_build_object('asset_id', told.asset_id, 'asset', asset.name,
                                   'price_basis', told.price_basis, 'conditions', told.conditions, 'notes', told.notes)
                                   ORDER BY asset.name, told.asset_id)
         FROM protected.proprietary AS told JOIN registry.assets AS asset ON asset.id = told.asset_id
         WHERE told.provider_id = company.id), '[]')
    FROM registry.providers AS company WHERE company.id = provider;
END
$body$
"""


def upgrade() -> None:
    op.execute(WANTED_KINDS)
    op.execute(DISCLOSE)


def downgrade() -> None:
    op.execute("DROP FUNCTION trust.disclose(uuid, uuid, text)")
    op.execute("DROP FUNCTION trust.wanted_kinds(uuid)")
