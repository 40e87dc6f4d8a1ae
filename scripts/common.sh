# Shared by the scripts in this folder: source it, do not run it.
# shellcheck shell=bash

set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
scripts=$repository/scripts

# Everything that the scripts keep: the Python environment, and a folder for each stack.
state=${STACK_DIRECTORY:-$repository/.usher}
venv=$state/venv

say() {
    printf 'usher: %s\n' "$*"
}

die() {
    printf 'usher: %s\n' "$*" >&2
    exit 1
}

# MARK: - Ports

# Whether anything accepts connections on this port of the loopback address.
is_listening() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# A port below the kernel's range for outgoing connections, which could take one while its server is down.
free_port() {
    local port
    for port in $(shuf --input-range 20000-29999 --head-count 100); do
        is_listening "$port" || break
    done
    printf '%s\n' "$port"
}

# MARK: - Processes

# When a process started, in ticks since boot. Its id alone may belong to another process by now; with this it cannot.
start_time() {
    local line fields
    { line=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    # The second field, a name in parentheses, may contain anything: count behind it.
    read -ra fields <<<"${line##*) }"
    [[ ${fields[0]} != Z ]] && printf '%s\n' "${fields[19]}"
}

record_process() {
    local pid=$1 file=$2
    printf '%s %s\n' "$pid" "$(start_time "$pid")" >"$file"
}

# Whether the process recorded in this file still runs.
is_running() {
    local pid='' started=''
    [[ -f $1 ]] && read -r pid started <"$1"
    [[ -n $started && $(start_time "$pid") == "$started" ]]
}

# Ends the process recorded in this file with a signal, and with SIGKILL when it takes longer than 30 seconds.
end_process() {
    local file=$1 signal=$2 deadline=$((SECONDS + 30)) pid
    while is_running "$file"; do
        read -r pid _ <"$file"
        kill -s "$signal" "$pid" 2>/dev/null || true
        while is_running "$file" && ((SECONDS < deadline)); do
            sleep 0.05
        done
        signal=KILL deadline=$((SECONDS + 30))
    done
    rm -f "$file"
}

# MARK: - What a script starts, and takes down when it ends

own_stack=

# Runs a command in the background and a session of its own, so that Ctrl-C reaches only this script, which then
# ends its commands and its stack in order. The command's process is `$!`.
spawn() {
    setsid "$@" 8>&- &
}

# Runs a command to its end as `spawn` does, and returns its status.
run_child() {
    spawn "$@"
    wait $!
}

# Ends a spawned command with everything that it started, and returns its status.
end_child() {
    kill -s "${2:-TERM}" -- "-$1" 2>/dev/null || true
    wait "$1" 2>/dev/null
}

clean_up() {
    local child
    trap '' INT TERM HUP
    for child in $(jobs -pr); do
        end_child "$child" || true
    done
    [[ -z $own_stack ]] || "$scripts/stack" down --name "$own_stack"
}

clean_up_at_exit() {
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# MARK: - Stacks

# Brings a stack up with its data, and down again at exit unless it already ran.
use_stack() {
    "$scripts/stack" status --name "$1" >/dev/null || own_stack=$1
    "$scripts/stack" up --name "$1"
}

# Brings up a stack without any data, for this script alone.
use_fresh_stack() {
    mkdir -p "$state"
    exec 8>"$state/$1.user.lock"
    flock --nonblock 8 || die "another command is using the stack '$1': wait until it has ended"
    own_stack=$1
    "$scripts/stack" remove --name "$1"
    # Without the lock: servers that outlive this script must not keep it.
    "$scripts/stack" up --name "$1" 8>&-
}
