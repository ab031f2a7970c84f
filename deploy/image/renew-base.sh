#!/bin/sh
# Writes the newest digest of the base image into the Dockerfile, asked by docker or skopeo.
set -eu
cd "$(dirname "$0")"

name=$(sed -n 's/^ARG BASE_NAME=//p' Dockerfile)
digest=$(docker buildx imagetools inspect "$name" --format '{{.Manifest.Digest}}' 2>/dev/null) ||
    digest=$(skopeo inspect --format '{{.Digest}}' --no-tags "docker://docker.io/library/$name")
case $digest in
    sha256:*) ;;
    *)
        echo "the registry says \"$digest\" for $name, and that is no digest" >&2
        exit 1
        ;;
esac
sed "s/^ARG BASE_DIGEST=.*/ARG BASE_DIGEST=$digest/" Dockerfile >Dockerfile.new
mv Dockerfile.new Dockerfile
echo "$name is $digest"
