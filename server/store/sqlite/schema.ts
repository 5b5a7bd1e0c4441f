/** Marks a file as ours: "otpv" in ASCII. */
export const APPLICATION_ID = 0x6f747076

/** Version of the tables below. A file whose version is neither this one nor in `UPGRADES` is refused. */
export const SCHEMA_VERSION = 3

/** Selects the kinds that are removed in the order in which they expire. What the book keeps is looked through key by key. */
const ORDERED = `kind NOT IN ('counter', 'mark')`

const ITEM_UNTIL = `CREATE INDEX item_until ON item (kind, until) WHERE ${ORDERED};`

// Writing an account would change two places of an index of all times, and they are most of what is written.
const ONLY_SOME_IN_ORDER = `DROP INDEX item_until; ${ITEM_UNTIL}`

/** Statements that upgrade the file of an earlier version. */
export const UPGRADES: Readonly<Record<number, string>> = {
  // Counters used to be numbers. They start anew: none covers more than a day.
  1: `
    ALTER TABLE verification ADD COLUMN key_thumbprint;
    ALTER TABLE verification ADD COLUMN trail;
    DELETE FROM item WHERE kind = 'counter';
    INSERT INTO tally VALUES ('mark', 0);
    ${ONLY_SOME_IN_ORDER}`,
  2: ONLY_SOME_IN_ORDER,
}

/** How many expired rows are removed for each that is added: more than one, so that they never pile up. */
export const SWEEP = 8

/** Removes the verifications that expired longest ago. Takes the time. */
export const SWEEP_VERIFICATIONS = `
  DELETE FROM verification WHERE row IN (
    SELECT row FROM verification WHERE until <= ? ORDER BY until LIMIT ${SWEEP})`

/** Whether a key of one kind has expired. Takes the kind and the time. */
export const IS_ITEM_OVER = `SELECT 1 FROM item WHERE ${ORDERED} AND kind = ? AND until <= ? LIMIT 1`

/** Removes the keys of one kind that expired longest ago. Takes the kind, the time, and how many at most. */
export const SWEEP_ITEMS = `
  DELETE FROM item WHERE kind = ?1 AND key IN (
    SELECT key FROM item WHERE ${ORDERED} AND kind = ?1 AND until <= ?2 ORDER BY until LIMIT ?3)`

/**
 * Times are in milliseconds since 1970. Columns without a type hold texts in the form that `pack` gives them.
 *
 * Digests are looked up by their last six bytes, which finds one row as well as all 32 do and takes a fifth of the room. Rows
 * are numbered in order of arrival, so that what is added together lies together and is removed together.
 */
export const SCHEMA = `
  CREATE TABLE clock (boot TEXT, booted_at INTEGER);
  INSERT INTO clock VALUES (NULL, NULL);

  -- How many there are of each kind, kept by the triggers below; and how many leases were ever made.
  CREATE TABLE tally (kind TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO tally VALUES
    ('verification', 0), ('claim', 0), ('counter', 0), ('mark', 0), ('call', 0), ('announcement', 0), ('lease', 0);

  -- What many verifications have in common: site, origin, country, language, action and cooldowns, as JSON.
  CREATE TABLE common (
    row INTEGER PRIMARY KEY,
    facts TEXT NOT NULL UNIQUE,
    uses INTEGER NOT NULL
  );

  CREATE TABLE verification (
    row INTEGER PRIMARY KEY,
    id NOT NULL,
    slot NOT NULL,
    phone_digest NOT NULL,
    common INTEGER NOT NULL,
    cdata TEXT,
    nonce,
    expires_at INTEGER NOT NULL,
    state INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    attempts_remaining INTEGER NOT NULL,
    given_back INTEGER NOT NULL,
    last_attempt_at INTEGER,
    lease INTEGER,
    lease_until INTEGER,
    resends_used INTEGER NOT NULL,
    resend_available_at INTEGER NOT NULL,
    reference,
    proof TEXT,
    supersedes,
    until INTEGER NOT NULL,
    -- In its slot: 0 has it, a time is sending a message for it until then, NULL is neither.
    seat INTEGER,
    key_thumbprint,
    trail
  );
  CREATE INDEX verification_id ON verification (substr(id, -6));
  CREATE INDEX verification_slot ON verification (substr(slot, -6)) WHERE seat IS NOT NULL;
  CREATE INDEX verification_until ON verification (until);
  CREATE TRIGGER verification_added AFTER INSERT ON verification BEGIN
    UPDATE tally SET n = n + 1 WHERE kind = 'verification';
  END;
  CREATE TRIGGER verification_removed AFTER DELETE ON verification BEGIN
    UPDATE tally SET n = n - 1 WHERE kind = 'verification';
    UPDATE common SET uses = uses - 1 WHERE row = old.common;
    DELETE FROM common WHERE row = old.common AND uses = 0;
  END;

  -- Everything that is kept under a key: claims (the holder), counters (an account of theirs, as JSON), marks
  -- (NULL), calls (the answer; while they run, a mark and the holder, or NULL from earlier versions) and
  -- announcements (what is said).
  CREATE TABLE item (
    kind TEXT NOT NULL,
    key NOT NULL,
    value,
    until INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
  ) WITHOUT ROWID;
  ${ITEM_UNTIL}
  CREATE TRIGGER item_added AFTER INSERT ON item BEGIN
    UPDATE tally SET n = n + 1 WHERE kind = new.kind;
  END;
  CREATE TRIGGER item_removed AFTER DELETE ON item BEGIN
    UPDATE tally SET n = n - 1 WHERE kind = old.kind;
  END;
`
