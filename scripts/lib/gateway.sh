# Sourced by scripts that run a gateway of their own: quickstart and bench.
# Needs $root; sets $bin, $work, $log, $serve_pid and exports what client commands read.

start_seconds_max=60
serve_pid=

build_release() {
    # One product at a time: two builds at once only take each other's cores.
    swift build -c release --product reelgate
    swift build -c release --product reelgate-worker
    bin=$(swift build -c release --show-bin-path)
}

# wait_for SECONDS PID COMMAND...: until the command succeeds; fails when the time is up or the process has ended.
wait_for() {
    local tenths_max=$(($1 * 10)) pid=$2 tenths
    shift 2
    for ((tenths = 0; tenths < tenths_max; tenths++)); do
        ! "$@" 2>/dev/null || return 0
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

stop_process() {
    kill -TERM "$1" 2>/dev/null || return 0
    wait "$1" 2>/dev/null || true
}

# start_gateway DATA_DIR: a gateway on a free port with a key of its own.
start_gateway() {
    local data=$1 key
    mkdir -p "$data"
    key=rg_dev_$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
    export REELGATE_BOOTSTRAP_API_KEY=$key REELGATE_API_KEY=$key REELGATE_DATA_DIR=$data
    export REELGATE_VENDOR_DIR=${REELGATE_VENDOR_DIR:-$root/.vendor}
    export REELGATE_ALLOW_PRIVATE_NETWORKS=true  # subscribers and sources of a development machine
    log=$data/serve.log
    "$bin/reelgate" serve --port 0 --ready-file "$work/ready" >"$log" 2>&1 &
    serve_pid=$!
    if ! wait_for "$start_seconds_max" "$serve_pid" test -s "$work/ready"; then
        echo "the gateway did not start; the end of $log:" >&2
        tail -20 "$log" >&2
        return 1
    fi
    REELGATE_URL=$(<"$work/ready")
    export REELGATE_URL
    echo "gateway at $REELGATE_URL, log in $log"
}

# sample_source: the path of the project's own sample, made on first use with its truth beside it.
sample_source() {
    local sample=${REELGATE_VENDOR_DIR:-$root/.vendor}/sample/sample.mp4
    [[ -s $sample && -s ${sample%.*}.truth.json ]] || "$root/scripts/make-sample" "$sample" >&2
    echo "$sample"
}
