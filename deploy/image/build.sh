#!/bin/sh
# Builds the image with docker, podman or buildah, whichever is there and works (or ENGINE=...).
# Further arguments go to the engine: deploy/image/build.sh --build-arg REQUIREMENTS=base
#
#   IMAGE              its name; api-error-agent:<version>
#   PLATFORMS          such as linux/amd64,linux/arm64: docker builds for all of them and pushes; the others make a manifest
#   SOURCE_DATE_EPOCH  the time of all files in it; that of the commit
set -eu
cd "$(dirname "$0")/../.."

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git show --no-patch --format=%ct HEAD 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || date -u -r "$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
image=${IMAGE:-api-error-agent:$version}

works() {
    case $1 in
        docker) docker version ;; # fails where there is a client alone
        *) "$1" --version ;;
    esac >/dev/null 2>&1
}

engine=${ENGINE:-}
for candidate in docker podman buildah; do
    [ -n "$engine" ] || ! works "$candidate" || engine=$candidate
done
[ -n "$engine" ] || {
    echo "no engine builds images here: install docker, podman or buildah, as in: apt-get install buildah" >&2
    exit 1
}

# What each engine calls it: to set the time of files, and to build for several kinds of machines.
case $engine:${PLATFORMS:+several} in
    docker:) set -- build --tag "$image" "$@" ;;
    docker:several)
        set -- buildx build --platform "$PLATFORMS" \
            --output "type=image,name=$image,push=true,rewrite-timestamp=true" "$@" ;;
    *:) set -- build --timestamp "$SOURCE_DATE_EPOCH" --tag "$image" "$@" ;;
    *:several) set -- build --timestamp "$SOURCE_DATE_EPOCH" --platform "$PLATFORMS" --manifest "$image" "$@" ;;
esac

echo "$engine builds $image${PLATFORMS:+ for $PLATFORMS}"
exec "$engine" "$@" --file deploy/image/Dockerfile --build-arg "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" \
    --build-arg "VERSION=$version" --build-arg "REVISION=$revision" --build-arg "CREATED=$created" .
