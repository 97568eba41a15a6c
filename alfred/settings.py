"""Settings: one YAML file plus `ALFRED_…` variables. The variables win; `__` reaches into a group.

The file is `alfred.yaml` in the working directory, or what `ALFRED_CONFIG` names. No secret has a default, an unknown
key is refused, and a wrong or missing value stops the start with a line that says what it should be.
"""

import os
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import yaml
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticKnownError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from alfred.addresses import read_database_url
from alfred.environment import CONFIG_VARIABLE, DEFAULT_FILE, OTHER_VARIABLES, PREFIX, SLACK_VARIABLES
from alfred.setting_groups import (
    Limits,
    OpenAIProvider,
    Provider,
    Retention,
    SandboxProvider,
    Slack,
    Teams,
    Timeouts,
)

SECRET_KEY_LENGTH: Final = 32
"""Characters. 32 random hexadecimal digits are 128 bits, the least that a master key may have."""


SECRET_KEY_NAMES: Final = frozenset({"secret_key", "secret_key_file"})


class SettingsError(Exception):
    """The settings do not allow a start; the text has one line per problem and no value of a setting."""


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class Settings(BaseSettings):
    """Everything a server is told at its start; `load_settings` makes one."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: Annotated[str, AfterValidator(read_database_url)] = Field(
        repr=False,  # it may hold a password
        description="a SQLite file (sqlite:///alfred.db) or a Postgres database (postgresql://user@host/name)",
    )
    secret_key_file: Path | None = Field(None, description="a readable file that holds the secret key")
    secret_key: SecretStr = Field(
        default=SecretStr(""),  # only so that validation runs and reads the file; it is never valid
        validate_default=True,
        min_length=SECRET_KEY_LENGTH,
        description=f"at least {SECRET_KEY_LENGTH} random characters, the same on every server, or secret_key_file",
    )
    host: str = Field("127.0.0.1", min_length=1, description="the address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="a TCP port, or 0 for any that is free")
    trusted_proxies: tuple[IPvAnyNetwork, ...] = Field(
        (), description='a list of the addresses or networks of reverse proxies in front ("10.0.0.5", "10.1.0.0/24")'
    )
    workers: int = Field(1, ge=1, le=256, description="the number of server processes")
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = Field(
        "info", description="debug, info, warning or error"
    )
    log_format: Literal["text", "json"] = Field("text", description="text or json")
    hold_ttl_seconds: int = Field(900, ge=60, le=86_400, description="how long a hold lives: 60 to 86400 seconds")
    providers: tuple[Provider, ...] = Field((), description="a list of providers, the preferred one first")
    slack: Slack | None = Field(None, description="how Slack is reached, and reaches us")
    teams: Teams | None = Field(None, description="app_id, tenant_id and app_password")
    limits: Limits = Limits()
    retention: Retention = Retention()

    @field_validator("secret_key", mode="before")
    @classmethod
    def _secret_key_from_file(cls, given: object, info: ValidationInfo) -> object:
        path = info.data.get("secret_key_file")
        if given not in {"", SecretStr("")}:
            if path is not None:
                msg = "give secret_key or secret_key_file, not both"
                raise ValueError(msg)
            return given
        if path is None:
            raise PydanticKnownError("missing")
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            msg = "secret_key_file names a file that cannot be read as text"
            raise ValueError(msg) from None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = [provider.name for provider in self.providers]
        if len(set(names)) < len(names):
            msg = "providers is wrong: two of them have the same name"
            raise ValueError(msg)
        upstream = [provider for provider in self.providers if isinstance(provider, OpenAIProvider)]
        if any(provider.timeouts.total_seconds >= self.hold_ttl_seconds for provider in upstream):
            msg = "hold_ttl_seconds is wrong: it should be longer than the total_seconds of every provider"
            raise ValueError(msg)
        return self

    def derived_key(self, purpose: str) -> bytes:
        """The key for one purpose, 32 bytes, by HKDF-SHA256 (RFC 5869). Another purpose has an unrelated key."""
        master = self.secret_key.get_secret_value().encode()
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"alfred/{purpose}".encode()).derive(master)

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what the file said."""
        return Environment(settings_cls), init_settings


class Environment(EnvSettingsSource):
    """`ALFRED_…` variables; a list or group may be given as JSON. Below them Slack's own names for its secrets."""

    @override
    def __call__(self) -> dict[str, Any]:
        """What the environment says."""
        said = super().__call__()
        slack = {name: os.environ[variable] for variable, name in SLACK_VARIABLES.items() if os.environ.get(variable)}
        ours = said.get("slack", {})
        return said | {"slack": slack | ours} if slack and isinstance(ours, dict) else said

    @override
    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """The JSON of a variable; what is no JSON goes on as text, for validation to name the setting."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


# --------------------------------------------------------------------------- loading


def load_settings(config: Path | None = None, *, defaults: Mapping[str, object] | None = None) -> Settings:
    """The settings of this process.

    Args:
        config: the YAML file; without one, what ALFRED_CONFIG names, else alfred.yaml if it is there.
        defaults: values for what neither the file nor the environment says (a demo brings its own database).

    Raises:
        SettingsError: values are wrong, missing or unknown; every problem is named.
    """
    from_file = _read_file(config)
    variables = {variable.removeprefix(PREFIX).lower(): variable for variable in os.environ if _is_ours(variable)}
    known = {name: value for name, value in from_file.items() if name in Settings.model_fields}
    problems = [f"{name} is not a setting{_did_you_mean(name)}" for name in from_file if name not in known]
    for name, variable in variables.items():
        if name.split("__")[0] not in Settings.model_fields:
            problems.append(f"{variable} is not a setting{_did_you_mean(name)}")
    values = _below(_below(defaults or {}, above=known) | known, above=variables)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise SettingsError("\n".join([*problems, *_lines(error)])) from None
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def listening(settings: Settings, *, host: str | None, port: int | None) -> Settings:
    """The settings with what a command line says about the address."""
    told = {name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    return settings.model_copy(update=told)


def _read_file(config: Path | None) -> dict[str, Any]:
    named = config or (Path(os.environ[CONFIG_VARIABLE]) if CONFIG_VARIABLE in os.environ else None)
    path = named or Path(DEFAULT_FILE)
    if named is None and not path.exists():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}."
        raise SettingsError(msg) from None
    except UnicodeDecodeError:
        msg = f"{path} is not UTF-8 text."
        raise SettingsError(msg) from None
    except yaml.YAMLError as error:
        # Not the parser's own text: it quotes the line, and the line may hold a secret.
        mark = getattr(error, "problem_mark", None)
        msg = f"{path} is not YAML" + (f": see line {mark.line + 1}, column {mark.column + 1}." if mark else ".")
        raise SettingsError(msg) from None
    if not isinstance(content, dict | None):
        msg = f"{path} should hold settings, one `name: value` per line."
        raise SettingsError(msg)
    return {str(name): value for name, value in (content or {}).items()}


def _is_ours(variable: str) -> bool:
    """Whether this variable is meant as a setting."""
    return variable.startswith(PREFIX) and not variable.startswith("ALFRED_TEST_") and variable not in OTHER_VARIABLES


def _below(values: Mapping[str, object], *, above: Collection[str]) -> dict[str, Any]:
    """The lower layer's values: its secret key does not count, under either name, when the upper layer has one."""
    hidden = SECRET_KEY_NAMES if SECRET_KEY_NAMES & set(above) else frozenset()
    return {name: value for name, value in values.items() if name not in hidden}


# --------------------------------------------------------------------------- problems in words

WHAT: Final = {
    name: field.description
    for group in (Settings, Limits, Retention, Slack, Teams, SandboxProvider, OpenAIProvider, Timeouts)
    for name, field in group.model_fields.items()
    if field.description
}
"""What each setting should be, by the last part of its name."""


_GROUPS: Final = frozenset({"slack", "teams"})


def _lines(error: ValidationError) -> list[str]:
    return [_line(detail) for detail in error.errors(include_input=False, include_url=False, include_context=False)]


def _line(detail: ErrorDetails) -> str:
    # A provider's kind stands in the path between its position and its setting.
    path = [part for part in detail["loc"] if part not in {"openai", "sandbox"}]
    if detail["type"].startswith("union_tag"):
        path.append("kind")
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
    what = WHAT.get(str(path[-1]), "") if path else ""
    # Only our own words: the library's may quote what was given.
    why = detail["msg"].removeprefix("Value error, ") if detail["type"] == "value_error" else ""
    if not name:
        return f"{why}."  # a rule between settings names them itself
    if detail["type"] == "extra_forbidden":
        return f"{name} is not a setting{_did_you_mean(str(path[-1]))}"
    state = "missing" if detail["type"] == "missing" else "wrong"
    if why and name in _GROUPS:
        return f"{name}: {why}."  # and so does one between those of a group
    if not what:
        return f"{name} is {state}: {why or detail['msg']}."
    return f"{name} is {state}: it should be {what}{f' ({why})' if why else ''}."


def _did_you_mean(name: str) -> str:
    near = get_close_matches(name, [*Settings.model_fields, *WHAT], n=1)
    return f"; did you mean {near[0]}?" if near else "."
