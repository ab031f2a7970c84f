#!/bin/sh
# Builds the image with docker, podman or buildah, whichever is there and works (or ENGINE=...).
# Further arguments go to the engine: deploy/image/build.sh --build-arg REQUIREMENTS=base
set -eu
cd "$(dirname "$0")/../.."

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
created=$(git show --no-patch --format=%cI HEAD 2>/dev/null || echo 1970-01-01T00:00:00Z)
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

echo "$engine builds $image"
exec "$engine" build --file deploy/image/Dockerfile --tag "$image" \
    --build-arg "VERSION=$version" --build-arg "REVISION=$revision" --build-arg "CREATED=$created" "$@" .
