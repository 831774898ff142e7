#!/usr/bin/env bash

stamp() {
    echo never
}

usage() {
    echo "usage: other.sh $(stamp)"
}

usage
