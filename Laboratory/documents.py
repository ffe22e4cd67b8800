"""The document of a site while it changes: each state is written as an operator would write it."""

import os

import configuration


class Documents:
    """The present document. Where sessions follow their list, the earlier lists stand beside it in a
    history, which only `chash rollout` writes."""

    def __init__(self, chash, variant, folder):
        self.file = None
        self._chash = chash
        self._variant = variant
        self._folder = folder
        self._nodes = []
        self._changes = 0

    async def change(self, nodes):
        """The document has these nodes from now on."""
        if self._variant.fields is None:
            return
        text = configuration.document(self._variant, nodes)
        if self._variant.lists and self.file and places(nodes) != places(self._nodes):
            await self._roll_out(text)
        else:
            self.file = self.file or os.path.join(self._folder, "shop.yaml")
            self._write(self.file, text)
        self._nodes = nodes

    async def site(self, port):
        """What a router at this port is generated from the present document."""
        return await configuration.generated(self._chash, self.file, port)

    async def _roll_out(self, text):
        """A rollout with all steps at once: what leaves is drained by the caller first, if at all."""
        self._changes += 1
        wanted = os.path.join(self._folder, f"wanted-{self._changes}.yaml")
        folder = os.path.join(self._folder, f"change-{self._changes}")
        self._write(wanted, text)
        await configuration.output_of(
            self._chash, "rollout", self.file, "--to", wanted, "--lose-sessions", "--folder", folder
        )
        steps = [name for name in os.listdir(folder) if name.endswith(".yaml")]
        self.file = os.path.join(folder, max(steps, key=lambda name: int(name.partition(".")[0])))

    @staticmethod
    def _write(path, text):
        with open(path, "w") as file:
            file.write(text)


def places(nodes):
    """What places keys. All else may change without a rollout, `state: down` as well."""
    return [(node.id, node.address, node.weight, node.state == "drain") for node in nodes]
