"""The worker process with the toy compiler in place of the real ones; the same command line."""

import hashlib
import sys
from pathlib import Path

from clysm.bootstrap.independence import Watch, block_host
from clysm.bootstrap.worker import Server, parse, private_streams, serve
from tests.support.toy_compiler import ToyCompiler


def main() -> None:
    arguments = parse(sys.argv[1:])
    watch = None
    if arguments.independent:
        block_host()
        watch = Watch()
    identity = "hosted"
    if arguments.kind == "stage":
        data = Path(arguments.image).read_bytes()
        identity = hashlib.sha256(data).hexdigest()
        if identity != arguments.sha256:
            raise SystemExit("not the image that was asked for")
    requests, replies = private_streams()
    serve(lambda: Server(lambda: ToyCompiler(identity), watch), requests, replies)


if __name__ == "__main__":
    main()
