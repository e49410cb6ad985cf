"""Stand-ins for the CUDA libraries that PyPI's torch for Linux is linked with, so that it imports and runs on the CPU.

The ordinary install brings 3 GB of CUDA along; a test machine without a GPU needs none of it. Each library that torch
names and nobody brought becomes a small one whose functions say "no device". For test machines only. Needs gcc and
binutils (nm, readelf).
"""

import collections
import pathlib
import re
import subprocess
import tempfile

SYSTEM = re.compile(r"^(lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+|z|quadmath)|ld-linux-x86-64)\.so")
CUDA = re.compile(
    r"^(__?cuda|cu[A-Z]|cuda|cublas|cudnn|cufft|cusparse|cusolver|nccl|nvrtc|nvJit|cupti|curand|cuFile|nvshmem|nvml|nvtx)"
)
NO_DEVICE = 100  # cudaErrorNoDevice


def write_stand_ins(site_packages: pathlib.Path) -> list[str]:
    """Writes the missing libraries beside torch's own and returns their names."""
    folder = site_packages / "torch" / "lib"
    own = [file for file in sorted(folder.glob("*.so*")) if not file.is_symlink()]
    present = {file.name for file in own}
    needed = {name for file in own for name in _needed(file)}
    missing = sorted(name for name in needed if name not in present and not SYSTEM.match(name))
    if not missing:
        return []
    library_of_version = {v: lib for file in own for v, lib in _versions(file).items() if lib in missing}
    # What has no version goes into the one library that everything loads.
    anywhere = next((name for name in missing if name.startswith("libcudart")), missing[0])
    contents = {name: collections.defaultdict(list) for name in missing}
    for version, library in library_of_version.items():
        contents[library][version] = []
    for symbol, version in sorted(_wanted(own).items()):
        contents[library_of_version.get(version, anywhere)][version].append(symbol)
    for name in missing:
        _compile(folder / name, contents[name])
    return missing


def _wanted(libraries: list[pathlib.Path]) -> dict[str, str]:
    """Undefined CUDA symbols, each with the version it is wanted in ("" for none)."""
    defined = {line.split()[-1].partition("@")[0] for file in libraries for line in _nm(file, "--defined-only")}
    wanted: dict[str, str] = {}
    for file in libraries:
        for line in _nm(file, "--undefined-only"):
            *_, kind, name = line.split()
            symbol, _, version = name.partition("@")
            version = version.lstrip("@")
            foreign = CUDA.match(symbol) or ".so." in version
            if kind != "w" and foreign and symbol not in defined and re.fullmatch(r"[A-Za-z_]\w*", symbol):
                wanted[symbol] = wanted.get(symbol) or version
    return wanted


def _body(symbol: str) -> str:
    if re.search(r"GetErrorString|GetErrorName|get_error_string", symbol):
        return f'const char *{symbol}(void) {{ return "no CUDA here (stand-in library)"; }}'
    if symbol == "cudaGetDeviceCount":
        return f"int {symbol}(int *count) {{ *count = 0; return {NO_DEVICE}; }}"
    if re.match(r"__cuda|cudaGetLastError|cudaPeekAtLastError|_Z", symbol):
        return f"long {symbol}(void) {{ return 0; }}"
    if re.search(r"Version$", symbol):
        return f"long {symbol}(int *version) {{ return 0; }}"
    return f"int {symbol}(void) {{ return {NO_DEVICE}; }}"


def _compile(library: pathlib.Path, by_version: dict[str, list[str]]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        source, versions = pathlib.Path(scratch, "library.c"), pathlib.Path(scratch, "library.map")
        source.write_text("\n".join(_body(symbol) for symbols in by_version.values() for symbol in symbols))
        named = {version: symbols for version, symbols in by_version.items() if version}
        versions.write_text("".join(f"{v} {{ global: {' '.join(s + ';' for s in n)} }};\n" for v, n in named.items()))
        script = [f"-Wl,--version-script={versions}"] if named else []
        flags = ["-O1", "-w", "-fno-builtin", "-shared", "-fPIC", f"-Wl,-soname,{library.name}"]
        subprocess.run(["gcc", *flags, *script, "-o", str(library), str(source)], check=True)


def _needed(library: pathlib.Path) -> list[str]:
    return re.findall(r"NEEDED.*\[(.*)\]", _output("readelf", "-d", str(library)))


def _versions(library: pathlib.Path) -> dict[str, str]:
    """Version name -> the library it must come from (readelf's "version needs")."""
    found, current = {}, ""
    for line in _output("readelf", "-V", "-W", str(library)).splitlines():
        if file := re.search(r"File: (\S+)\s+Cnt", line):
            current = file[1]
        elif version := re.search(r"Name: (\S+)\s+Flags", line):
            found[version[1]] = current
    return found


def _nm(library: pathlib.Path, which: str) -> list[str]:
    return _output("nm", "-D", which, str(library)).splitlines()


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
