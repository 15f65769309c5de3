-- What the gateway asks of the database for one run, of `POST /v1/runs` as the load generator sends it. A colon before
-- a letter or digit is a variable to pgbench, so the texts have '~' for it.
SELECT * FROM accept_runs(
    'shorts.v1',
    '{transcode,transcribe,segment,plan,enhance-plan,prepare-media,framing,audio-plan,enhance-build,prepare-finalize,compose,render}',
    '{"","transcode","transcode,transcribe","transcribe,segment","plan","transcode,plan","segment,prepare-media","segment,prepare-media","transcribe,enhance-plan","framing,audio-plan","enhance-build,prepare-finalize","compose"}',
    ARRAY['run_' || lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000000)::bigint), 14, '0') || substr(md5(random()::text), 1, 12)],
    '{ten_00000000000000000000000001}', '{https://media.example.com/talks/2024/episode-0042.mp4}', '{NULL}',
    '{vertical-captions}', '{7}', ARRAY[repeat('5', 64)],
    ARRAY[replace('{"providers"~{},"review"~"none","reuse"~true,"shorts"~{"aspect_ratios"~["9~16","1~1","16~9"],"exclude_ranges_ms"~[],"keywords"~[],"max_count"~40,"max_duration_ms"~60000,"min_duration_ms"~15000}}', '~', chr(58))::jsonb],
    '{"{}"}', '{NULL}', '{NULL}', ARRAY['key-' || md5(random()::text)], '{POST /v1/runs}', ARRAY[sha256('body')],
    ARRAY[replace(E'{"created_at"~"\001","delivery"~{"failed"~0,"pending"~0,"ready"~0,"rendered"~0,"rendering"~0,"state"~"pending","total"~0},"error"~null,"external_id"~null,"finished_at"~null,"id"~"run_0190a00000000000000000000a",\002"metadata"~{},"options"~{"providers"~{},"reuse"~true,"review"~"none","shorts"~{"aspect_ratios"~["9~16","1~1","16~9"],"exclude_ranges_ms"~[],"keywords"~[],"max_count"~40,"max_duration_ms"~60000,"min_duration_ms"~15000}},"progress"~0,"provided"~null,"rerun_of"~null,"review"~null,"source"~{"asset_id"~null,"duration_ms"~null,"sha256"~null,"size_bytes"~null,"url"~"https~//media.example.com/talks/2024/episode-0042.mp4"},"state"~"started","style"~{"digest"~"5555555555555555555555555555555555555555555555555555555555555555","package"~"vertical-captions","version"~7},"warnings"~[],"workflow"~{"completed_at"~null,"failed_at"~null,"name"~"shorts.v1","started_at"~"\001","state"~"in_progress"}}', '~', chr(58))],
    '{"data":{"run":', '},"timestamp":"","type":"run.started"}'
);
