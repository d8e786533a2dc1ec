-- The desk's lists, most pressing first, by status: a page of one reads what it shows. Whether an alert is restricted stands in it as
-- well, so that counting by status reads no alert.
CREATE INDEX alert_desk ON alert (status, level DESC, severity DESC, deadline, id DESC, restricted);
CREATE INDEX alert_assigned ON alert (assignee, status, level DESC, severity DESC, deadline, id DESC) WHERE assignee IS NOT NULL;
-- What people did lately.
CREATE INDEX alert_moved ON alert (moved_at);
DROP INDEX alert_pressing;
DROP INDEX alert_status;

PRAGMA user_version = 21;
