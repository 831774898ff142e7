"""Compiles CUDA C++ to PTX with NVRTC, without a toolkit or a graphics processor.

usage: ptx.py ARCHITECTURE SOURCE TARGET [SOURCE TARGET ...]
"""

import ctypes
import pathlib
import sys

import nvidia.cuda_nvrtc

library = next(pathlib.Path(nvidia.cuda_nvrtc.__path__[0]).glob("lib/libnvrtc.so.*"))
nvrtc = ctypes.CDLL(str(library))


def text(program, size_of, get):
    """What a pair of functions of NVRTC tells of a program."""
    size = ctypes.c_size_t()
    getattr(nvrtc, size_of)(program, ctypes.byref(size))
    buffer = ctypes.create_string_buffer(size.value)
    getattr(nvrtc, get)(program, buffer)
    return buffer.value.decode()


def compile_to_ptx(source, architecture):
    """The PTX of one source file; ends the program with the compiler's words where it does not compile."""
    program = ctypes.c_void_p()
    code = pathlib.Path(source).read_bytes()
    name = pathlib.Path(source).name.encode()
    if nvrtc.nvrtcCreateProgram(ctypes.byref(program), code, name, 0, None, None) != 0:
        sys.exit(f"{source}: NVRTC takes no program")
    options = [f"--gpu-architecture={architecture}".encode(), b"--std=c++17"]
    array = (ctypes.c_char_p * len(options))(*options)
    if nvrtc.nvrtcCompileProgram(program, len(options), array) != 0:
        sys.exit(f"{source}:\n" + text(program, "nvrtcGetProgramLogSize", "nvrtcGetProgramLog"))
    return text(program, "nvrtcGetPTXSize", "nvrtcGetPTX")


architecture, *files = sys.argv[1:]
for source, target in zip(files[::2], files[1::2]):
    pathlib.Path(target).write_text(compile_to_ptx(source, architecture))
