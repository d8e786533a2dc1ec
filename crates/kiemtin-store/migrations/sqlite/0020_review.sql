-- What each rule found in the documents that are there now (kiemtin_model::RuleShare, as JSON, of document `first_seq`), counted as
-- documents come and change; narratives by when they were last told; random samples of documents without a flag.

CREATE TABLE rule_hit (
    rule     TEXT    NOT NULL,
    document INTEGER NOT NULL,
    at       BIGINT  NOT NULL,
    share    TEXT    NOT NULL,
    PRIMARY KEY (rule, document)
) WITHOUT ROWID;
CREATE INDEX rule_hit_at ON rule_hit (rule, at DESC, document DESC);
CREATE INDEX rule_hit_document ON rule_hit (document);

-- Sums of the above. `what`: hit, flagged, unique, suppressed, or guard: and the id of a guard.
CREATE TABLE rule_count (
    rule TEXT   NOT NULL,
    what TEXT   NOT NULL,
    hits BIGINT NOT NULL,
    PRIMARY KEY (rule, what)
) WITHOUT ROWID;

-- Documents by the narrative that a rule speaks for in them.
CREATE TABLE rule_narrative (
    narrative_key TEXT   NOT NULL,
    rule          TEXT   NOT NULL,
    hits          BIGINT NOT NULL,
    PRIMARY KEY (narrative_key, rule)
) WITHOUT ROWID;
CREATE INDEX rule_narrative_rule ON rule_narrative (rule);

CREATE INDEX narrative_seen ON narrative (last_seen DESC, id DESC) WHERE merged_into IS NULL;
CREATE INDEX narrative_merged ON narrative (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX alert_judged ON alert (narrative) WHERE decided_at IS NOT NULL;

-- A week whose sample was drawn. `week` is 2026-W47; `documents` are those of the week when it was drawn.
CREATE TABLE sample_week (
    week      TEXT PRIMARY KEY,
    drawn_at  BIGINT NOT NULL,
    documents BIGINT NOT NULL,
    wanted    BIGINT NOT NULL
) WITHOUT ROWID;

-- A document of a sample (its `first_seq`), in the order in which it was drawn, and what a reviewer found.
CREATE TABLE sample_item (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    week     TEXT    NOT NULL,
    document INTEGER NOT NULL,
    revision BIGINT  NOT NULL,
    answer   TEXT,
    kind     TEXT,
    note     TEXT    NOT NULL,
    actor    TEXT,
    at       BIGINT,
    UNIQUE (week, document)
);
CREATE INDEX sample_item_open ON sample_item (id) WHERE answer IS NULL;
CREATE INDEX sample_item_answer ON sample_item (week, answer);

-- What was stored before.
WITH stored AS MATERIALIZED (
    SELECT first_seq, COALESCE(published_at, fetched_at) AS at, flag, assessment FROM document WHERE instr(assessment, '"signals":[]') = 0
), signal AS MATERIALIZED (
    SELECT d.first_seq AS document, d.at, d.flag, s.key AS number, s.value ->> '$.rule' AS rule, s.value ->> '$.narrative.key' AS narrative,
        s.value ->> '$.score' AS score,
        EXISTS (SELECT 1 FROM json_each(d.assessment, '$.guards') AS g, json_each(g.value, '$.over') AS o
            WHERE o.value = s.key) AS held,
        EXISTS (SELECT 1 FROM json_each(d.assessment, '$.guards') AS g, json_each(g.value, '$.over') AS o
            WHERE o.value = s.key AND g.value ->> '$.effect' IN ('suppress', 'respond')) AS stopped,
        (SELECT json_group_array(g.value ->> '$.rule') FROM json_each(d.assessment, '$.guards') AS g
            WHERE g.value ->> '$.effect' = 'suppress' AND EXISTS (SELECT 1 FROM json_each(g.value, '$.over') AS o WHERE o.value = s.key)) AS guards
    FROM stored AS d, json_each(d.assessment, '$.signals') AS s
)
INSERT INTO rule_hit (rule, document, at, share)
SELECT rule, document, MAX(at), json_object(
    'flagged', json(CASE WHEN MAX(flag) AND MIN(held) = 0 THEN 'true' ELSE 'false' END),
    'needed', json(CASE WHEN MAX(flag) AND (SELECT COALESCE(SUM(o.score), 0) FROM signal AS o
        WHERE o.document = s.document AND o.rule <> s.rule AND NOT o.held) < 3 THEN 'true' ELSE 'false' END),
    'suppressed', json(COALESCE((SELECT json_group_array(DISTINCT g.value) FROM signal AS o, json_each(o.guards) AS g
        WHERE o.document = s.document AND o.rule = s.rule), '[]')),
    'narratives', json(COALESCE((SELECT json_group_array(DISTINCT o.narrative) FROM signal AS o
        WHERE o.document = s.document AND o.rule = s.rule AND NOT o.stopped), '[]')))
FROM signal AS s GROUP BY document, rule;

INSERT INTO rule_count (rule, what, hits)
SELECT rule, 'hit', COUNT(*) FROM rule_hit GROUP BY rule
UNION ALL SELECT rule, 'flagged', COUNT(*) FROM rule_hit WHERE share ->> '$.flagged' GROUP BY rule
UNION ALL SELECT rule, 'unique', COUNT(*) FROM rule_hit WHERE share ->> '$.needed' GROUP BY rule
UNION ALL SELECT rule, 'suppressed', COUNT(*) FROM rule_hit WHERE json_array_length(share, '$.suppressed') > 0 GROUP BY rule
UNION ALL SELECT rule, 'guard:' || g.value, COUNT(*) FROM rule_hit, json_each(share, '$.suppressed') AS g GROUP BY rule, g.value;

INSERT INTO rule_narrative (narrative_key, rule, hits)
SELECT n.value, rule, COUNT(*) FROM rule_hit, json_each(share, '$.narratives') AS n GROUP BY n.value, rule;

PRAGMA user_version = 20;
