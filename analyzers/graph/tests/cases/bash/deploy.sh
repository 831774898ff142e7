#!/usr/bin/env bash
set -euo pipefail
source ./lib/log.sh
. ./lib/files.sh

usage() {
    log "usage: deploy.sh FILE"
}

deploy() {
    local log="deploy.log"
    backup "$1" | tee "$log"
    on_failure rollback
}

on_failure() {
    trap "$1" ERR
}

rollback() {
    die "rolled back"
}

main() {
    if [ $# -eq 0 ]; then
        usage
        return 1
    fi
    deploy "$@" && log done
}

main "$@"
