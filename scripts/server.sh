# How the scripts build, start and ask the server: source it, do not run it.
# shellcheck shell=bash

export USHER_HTTP_PORT=${USHER_HTTP_PORT:-8080}

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
