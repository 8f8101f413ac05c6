"""Secrets: encrypted and decrypted here, with keys that the database never sees.

A row names the key that its values are encrypted with, by the beginning of the key's hash.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from toolkit.errors import MISUSED, Failure
from toolkit.installed import Installed

VARIABLE = "MDT_ENCRYPTION_KEYS"
BATCH_ROWS = 200


class Keyring:
    """The keys of the environment, by their ids; the first encrypts, all decrypt."""

    def __init__(self, keys: list[str]) -> None:
        """keys: as Fernet makes them. Errors: ValueError, without the key, for what is none."""
        try:
            self.by_id = {key_id(key): Fernet(key) for key in keys}
        except (ValueError, TypeError):
            raise ValueError("not 32 bytes in URL-safe base64") from None
        self.primary_id = key_id(keys[0])
        self._all = MultiFernet(list(self.by_id.values()))

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] = os.environ) -> "Keyring":
        """Return the keys of MDT_ENCRYPTION_KEYS. Errors: Failure when there are none."""
        keys = re.split(r"[\s,]+", environment.get(VARIABLE, "").strip(" \t\r\n,"))
        hint = f"Put keys as 'mdt keys new' prints them into {VARIABLE}, the newest first."
        if keys == [""]:
            raise Failure(f"{VARIABLE} is not set", "Secrets need a key.", hint, MISUSED)
        try:
            return cls(keys)
        except ValueError as error:
            raise Failure(f"{VARIABLE} holds what is no key: {error}", "", hint, MISUSED) from None

    def encrypt(self, text: str) -> str:
        """Return a text encrypted with the first key."""
        return self._all.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """Return the text. Errors: InvalidToken when no key of these made it."""
        return self._all.decrypt(token.encode()).decode()

    def rotate(self, token: str) -> str:
        """Return the same text encrypted with the first key. Errors: InvalidToken."""
        return self._all.rotate(token.encode()).decode()


def key_id(key: str) -> str:
    """Return what names a key in the database: nobody can tell the key by it."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def new_key() -> str:
    """Return a new key."""
    return Fernet.generate_key().decode()


def states(installed: Installed, keyring: Keyring) -> list[dict[str, Any]]:
    """Return each key that is in the environment, registered or used, and by how many rows."""
    counts: dict[str, int] = {}
    for row in installed.rows("select key_id, row_count from system.count_secrets()"):
        counts[row["key_id"]] = counts.get(row["key_id"], 0) + row["row_count"]
    registered = {
        row["key_id"] for row in installed.rows("select key_id from system.encryption_keys")
    }
    names = [*keyring.by_id, *sorted((registered | set(counts)) - set(keyring.by_id))]
    return [
        {
            "key_id": name,
            "is_primary": name == keyring.primary_id,
            "is_in_environment": name in keyring.by_id,
            "is_registered": name in registered,
            "rows": counts.get(name, 0),
        }
        for name in names
    ]


def rotate(
    installed: Installed, keyring: Keyring, advance: Callable[[int], None], batch: int = BATCH_ROWS
) -> int:
    """Encrypt everything with the first key; return how many rows that took.

    Each batch is a transaction. advance: receives the rows of each. Errors: Failure, before
    anything is touched, when a key is missing that rows are encrypted with.
    """
    missing = [
        row["key_id"]
        for row in states(installed, keyring)
        if row["rows"] and not row["is_in_environment"]
    ]
    if missing:
        raise Failure(
            f"keys are missing that secrets are encrypted with: {', '.join(missing)}",
            "What they encrypted cannot be read without them.",
            f"Add them to the end of {VARIABLE}.",
        )
    installed.call("system.register_key", keyring.primary_id)
    done = 0
    for table in installed.rows("select relation::text from system.secret_columns()"):
        while rows := _rotate_batch(installed, keyring, table["relation"], batch):
            done += rows
            advance(rows)
    return done


def _rotate_batch(installed: Installed, keyring: Keyring, relation: str, batch: int) -> int:
    with installed.connection.transaction():
        rows = installed.rows(
            "select row_key::text, key_id, secrets from system.lock_secrets(%s::regclass, %s, %s)",
            relation,
            keyring.primary_id,
            batch,
        )
        for row in rows:
            try:
                secrets = {name: keyring.rotate(token) for name, token in row["secrets"].items()}
            except InvalidToken:
                raise Failure(
                    f"a secret in {relation} cannot be decrypted: {row['row_key']}",
                    f"The row names the key {row['key_id']}, which did not encrypt it, or it was "
                    "changed since. Rows before it are rotated; this one and those after it are "
                    "as they were.",
                    "Set it anew, then run the same command again.",
                ) from None
            installed.call(
                "system.replace_secrets",
                relation,
                row["row_key"],
                keyring.primary_id,
                json.dumps(secrets),
            )
    return len(rows)


def stored_secrets(installed: Installed) -> dict[str, str]:
    """Return the secrets of system.config, decrypted, by their names in capitals.

    None without keys in the environment, or where the role may not read them.
    """
    if not os.environ.get(VARIABLE):
        return {}
    keyring = Keyring.of_environment()
    rows = installed.rows(
        "select key, encrypted_value from system.config where encrypted_value is not null"
    )
    try:
        return {
            re.sub(r"\W", "_", row["key"]).upper(): keyring.decrypt(row["encrypted_value"])
            for row in rows
        }
    except InvalidToken:
        raise Failure(
            "a secret of system.config cannot be decrypted",
            f"None of the keys in {VARIABLE} made it.",
            "See 'mdt keys status'.",
        ) from None
