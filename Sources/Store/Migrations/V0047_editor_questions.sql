-- compatible_from: 28
-- Questions to hosted models that make plans, so that all gateways together keep to what each may be asked.
CREATE TABLE editor_questions (
    id text COLLATE "C" PRIMARY KEY,
    job_id text COLLATE "C" NOT NULL REFERENCES jobs,
    provider text NOT NULL,
    -- Of the question and its longest answer; once that is there, of both.
    tokens bigint NOT NULL CHECK (tokens >= 0),
    asked_at timestamptz NOT NULL DEFAULT now(),
    answered_at timestamptz
);
CREATE INDEX editor_questions_lately ON editor_questions (provider, asked_at);

-- What all attempts of a job have had; it stays when the questions are forgotten.
CREATE TABLE editor_tokens (
    job_id text COLLATE "C" PRIMARY KEY REFERENCES jobs,
    tokens bigint NOT NULL CHECK (tokens >= 0)
);
