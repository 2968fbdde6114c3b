# What script/server and script/test have in common: Python, its packages and the
# system's libraries. Sourced; what is already there costs nothing and no network.

CDPATH='' cd -- "$(dirname "${BASH_SOURCE[0]}")/.."
python=.venv/bin/python
# Nothing is written outside this folder, caches of pip and of fonts included.
mkdir -p -m 700 var
export XDG_CACHE_HOME=$PWD/var/cache

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$@" >&2; exit 1; }

# install_packages PACKAGE…: by apt, as root or by a sudo that asks no password.
install_packages() {
  local as_root=() said
  if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
  if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
    fail "Please install these Debian packages and start again: $*"
  fi
  say "Installing Debian packages: $*"
  apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" 2>&1; }
  # Lists that are a little old are better than none.
  said=$(apt update) || say "$said"
  said=$(apt install -y --no-install-recommends "$@") ||
    fail "$said" "These Debian packages could not be installed: $*"
}

# Prints the first Python that is new enough.
find_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
    then
      command -v "$candidate"
      return
    fi
  done
}

make_venv() {
  local base
  base=$(find_python)
  if [ -z "$base" ]; then
    install_packages python3 python3-venv
    base=$(find_python)
  fi
  [ -n "$base" ] || fail "Python 3.11 or newer is needed."
  "$base" -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv
  say "Making .venv with $("$base" --version)"
  rm -rf .venv
  "$base" -m venv .venv || fail "Python could not make .venv (see above)."
}

# install_requirements FILE: only when the file is another one than last time.
install_requirements() {
  local stamp=".venv/installed-$1"
  "$python" -c 'import django' 2>/dev/null || make_venv
  if cmp -s "$1" "$stamp"; then return; fi
  say "Installing Python packages of $1"
  "$python" -m pip install -qq --disable-pip-version-check \
    --require-hashes --requirement "$1" || fail "pip could not install $1 (see above)."
  cp "$1" "$stamp"
}

# install_tools NAME: programs that the portal does not need, in a Python of their own.
install_tools() {
  local home=var/tools/$1
  if cmp -s "requirements-$1.txt" "$home/installed"; then return; fi
  say "Installing the Python packages of requirements-$1.txt"
  "$(find_python)" -m venv --clear "$home"
  "$home/bin/python" -m pip install -qq --disable-pip-version-check \
    --require-hashes --requirement "requirements-$1.txt"
  cp "requirements-$1.txt" "$home/installed"
}

# has_libraries NAME…: can this Python load them?
has_libraries() {
  "$python" -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' \
    "$@" 2>/dev/null
}

# What WeasyPrint draws receipts with.
install_receipt_libraries() {
  if has_libraries libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0
  then return; fi
  install_packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
}
