# How the scripts build, start and ask the server: source it, do not run it.
# shellcheck shell=bash

export USHER_HTTP_PORT=${USHER_HTTP_PORT:-8080}
# Crowds of customers come from this machine's one address.
export USHER_LIMITS_ENABLED=${USHER_LIMITS_ENABLED:-false}

usher=$repository/.build/release/usher

build_usher() {
    run_child swift build --no-color-diagnostics --package-path "$repository" --configuration release \
        --product usher
}

# Exports where a stack's servers are, and the secret that signs its tokens.
load_environment() {
    local instance=$state/$1
    # shellcheck source=/dev/null
    source "$instance/stack.env"
    export USHER_JWT_SECRET=${USHER_JWT_SECRET:-$(jwt_secret "$instance")}
    export USHER_MAIL_DIRECTORY=${USHER_MAIL_DIRECTORY:-$state/mail}
}

# Kept, so that tokens survive a restart.
jwt_secret() {
    local file=$1/jwt-secret
    [[ -s $file ]] || (umask 077 && od --address-radix n --format x1 --read-bytes 32 /dev/urandom | tr -d ' \n' >"$file")
    cat "$file"
}

# Whether the server answers a GET of this path with 200.
responds() {
    (
        exec 3<>"/dev/tcp/127.0.0.1/$USHER_HTTP_PORT"
        printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&3
        [[ $(timeout 5 cat <&3) == 'HTTP/1.1 200'* ]]
    ) 2>/dev/null
}

# MARK: - A server for one script alone

# How long it may take until it is ready, in seconds.
start_limit=60

# A stack and a port of its own: a second server on the stack of `make run` would take the first one's events over.
use_own_server() {
    use_fresh_stack "$1"
    load_environment "$1"
    ! is_listening "$USHER_HTTP_PORT" || USHER_HTTP_PORT=$(free_port)
    server_log=$state/$1/log/usher.log
    start_server
}

# Sets `server`, its process.
start_server() {
    local deadline=$((SECONDS + start_limit))
    spawn "$usher" serve --demo-data >>"$server_log" 2>&1
    server=$!
    until responds /health/ready; do
        kill -0 "$server" 2>/dev/null || server_failed "ended before it was ready"
        ((SECONDS < deadline)) || server_failed "was not ready within $start_limit seconds"
        sleep 0.05
    done
}

server_failed() {
    tail -n 15 "$server_log" >&2
    die "the server $1; the end of its log $server_log is above"
}

# Waits for a file that a process creates; fails when the process ends without it.
appears() {
    local file=$1 process=$2
    until [[ -f $file ]]; do
        kill -0 "$process" 2>/dev/null || return
        sleep 0.02
    done
}
