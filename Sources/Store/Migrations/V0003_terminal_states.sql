-- The last line of defence for the rule that a terminal state never changes: only a transaction that says it is an
-- explicit reset may leave one. The arguments of the trigger are the terminal states of its table.
CREATE FUNCTION refuse_leaving_terminal_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = ANY (TG_ARGV) AND NEW.state <> OLD.state
        AND current_setting('reelgate.reset', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION '% cannot go from % to %', TG_TABLE_NAME, OLD.state, NEW.state USING ERRCODE = 'RG001';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER runs_terminal BEFORE UPDATE OF state ON runs FOR EACH ROW
    EXECUTE FUNCTION refuse_leaving_terminal_state('fully_generated', 'failed', 'delivery_failed', 'cancelled');
CREATE TRIGGER jobs_terminal BEFORE UPDATE OF state ON jobs FOR EACH ROW
    EXECUTE FUNCTION refuse_leaving_terminal_state('completed', 'failed');
CREATE TRIGGER outputs_terminal BEFORE UPDATE OF state ON outputs FOR EACH ROW
    EXECUTE FUNCTION refuse_leaving_terminal_state('rendered', 'failed');
CREATE TRIGGER tasks_terminal BEFORE UPDATE OF state ON tasks FOR EACH ROW
    EXECUTE FUNCTION refuse_leaving_terminal_state('completed', 'failed', 'abandoned');
CREATE TRIGGER deliveries_terminal BEFORE UPDATE OF state ON deliveries FOR EACH ROW
    EXECUTE FUNCTION refuse_leaving_terminal_state('delivered', 'exhausted');

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % never changes', TG_TABLE_NAME USING ERRCODE = 'RG002';
END
$$;

CREATE TRIGGER style_versions_fixed BEFORE UPDATE ON style_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_fixed BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER artifacts_fixed BEFORE UPDATE ON artifacts FOR EACH ROW EXECUTE FUNCTION refuse_change();
