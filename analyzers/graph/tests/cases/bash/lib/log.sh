#!/usr/bin/env bash
LOG_LEVEL=1

log() {
    local text="$1"
    printf '%s %s\n' "$(stamp)" "$text"
}

stamp() {
    date +%s
}

die() {
    log "fatal: $1" >&2
    exit 1
}
