"""One router: a process of nginx with one worker, whose configuration can change while it runs."""

import asyncio
import os
import re
import signal
import subprocess

from processes import Failure, until_listening

MAIN = """\
{modules}daemon off;
master_process on;
worker_processes 1;
pid "{folder}/nginx.pid";
error_log "{folder}/error.log" notice;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    client_body_temp_path "{folder}/body";
    proxy_temp_path "{folder}/proxy";
    fastcgi_temp_path "{folder}/fastcgi";
    uwsgi_temp_path "{folder}/uwsgi";
    scgi_temp_path "{folder}/scgi";
    include "{folder}/site.conf";
}}
"""


def version(nginx):
    """The version of this nginx, such as (1, 22, 1)."""
    try:
        told = subprocess.run([nginx, "-v"], capture_output=True, text=True).stderr
    except OSError as error:
        raise Failure(f"{nginx}: {error.strerror}") from None
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", told)
    if not found:
        raise Failure(f"{nginx} does not say which version of nginx it is")
    return tuple(int(number) for number in found.groups())


# Where Debian's packages put modules, in the order in which they have to be loaded.
MODULES = {
    "lua": ("ndk_http_module.so", "ngx_http_lua_module.so"),
    "njs": ("ngx_http_js_module.so",),
}
MODULE_FOLDER = "/usr/lib/nginx/modules"


def loading(engine):
    """The directives that load what an engine needs."""
    names = MODULES.get(engine, ())
    for name in names:
        if not os.path.exists(f"{MODULE_FOLDER}/{name}"):
            raise Failure(f"{MODULE_FOLDER}/{name} is not there; scripts/install-packages lab has it")
    return "".join(f'load_module "{MODULE_FOLDER}/{name}";\n' for name in names)


class Router:
    def __init__(self, nginx, folder, port, processes, modules=""):
        self.port = port
        self._nginx = nginx
        self._folder = folder
        self._processes = processes
        self._process = None
        os.makedirs(folder)
        self._write("nginx.conf", MAIN.format(folder=folder, modules=modules))

    async def start(self, site):
        self._write("site.conf", site)
        arguments = [self._nginx, "-p", self._folder, "-c", f"{self._folder}/nginx.conf"]
        check = [*arguments, "-e", "stderr", "-t", "-q"]
        # In a thread, because clients go on meanwhile.
        checked = await asyncio.to_thread(subprocess.run, check, capture_output=True, text=True)
        if checked.returncode != 0:
            raise Failure(f"nginx does not start:\n{checked.stderr.strip()}")
        # nginx writes its messages to standard error as well until it has read its configuration.
        with open(f"{self._folder}/output", "w") as output:
            self._process = self._processes.start(
                [*arguments, "-e", f"{self._folder}/error.log"], stdout=output, stderr=output
            )
        try:
            await until_listening(f"127.0.0.1:{self.port}", self._process, "nginx")
        except Failure as failure:
            raise Failure(f"{failure}:\n{self._log().strip()}") from None

    async def reload(self, site):
        """Applies a configuration, and returns when a worker with it has started."""
        self._write("site.conf", site)
        before = len(self._log())
        self._process.send_signal(signal.SIGHUP)
        for _ in range(1000):
            news = self._log()[before:]
            if "[emerg]" in news:
                raise Failure(f"nginx does not take the configuration:\n{news.strip()}")
            if "start worker process " in news:
                return
            await asyncio.sleep(0.01)
        raise Failure("nginx does not reload within 10 s")

    def processor_seconds(self):
        """How long the worker has computed; None where the system does not tell."""
        try:
            with open(f"/proc/{self._process.pid}/task/{self._process.pid}/children") as file:
                worker = file.read().split()[0]
            with open(f"/proc/{worker}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except (OSError, IndexError):
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def quit(self):
        """Ends it as an administrator does: it answers what it has begun."""
        self._processes.end(self._process, signal.SIGQUIT)

    def _write(self, name, text):
        with open(f"{self._folder}/{name}", "w") as file:
            file.write(text)

    def _log(self):
        with open(f"{self._folder}/error.log", errors="replace") as file:
            return file.read()
