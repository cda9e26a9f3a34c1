"""Puts a value into a file of a kind that hides it.

Input of `main`: [{"kind": "text" | "zip" | "git", "path": ..., "content": ...}]
"""
import hashlib
import io
import pathlib
import zipfile
import zlib


def make_zip(content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("keys/id_rsa", content)
    return buffer.getvalue()


def make_git(folder, content):
    """A repository whose first commit has the value in a file, and whose last one removes that file."""
    git = pathlib.Path(folder) / ".git"

    def add(kind, body):
        stored = f"{kind} {len(body)}\0".encode() + body
        name = hashlib.sha1(stored).hexdigest()
        file = git / "objects" / name[:2] / name[2:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(zlib.compress(stored))
        return name

    def commit(tree, parents, message):
        who = "Ada <ada@example.test> 1700000000 +0000"
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents), f"author {who}", f"committer {who}"]
        return add("commit", "\n".join([*lines, "", message, ""]).encode())

    blob = add("blob", content.encode())
    first = commit(add("tree", b"100644 id_rsa\0" + bytes.fromhex(blob)), [], "Add the analysis")
    last = commit(add("tree", b""), [first], "Remove the key")
    (git / "refs/heads").mkdir(parents=True)
    (git / "refs/heads/main").write_text(last + "\n")
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n")


def main(plants):
    for plant in plants:
        path, content = pathlib.Path(plant["path"]), plant["content"]
        path.parent.mkdir(parents=True, exist_ok=True)
        if plant["kind"] == "git":
            make_git(path, content)
        else:
            path.write_bytes(make_zip(content) if plant["kind"] == "zip" else content.encode())
