"""The tables of exercises, in a schema of their own. Nothing live reads them, and they name nothing live but accounts.

A stored scenario that an exercise names is nothing live: it never changes.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from registry.db.base import EXERCISE, Base, RandomId, Since, at_least, not_blank, one_of
from registry.exercises.exercise import PARTS, RATINGS
from registry.people.tables import AccountRow
from registry.scenarios.tables import ScenarioRow

ACTS = ("run", "pause", "move", "end")


class ExerciseRow(Base):
    """An exercise and its clock."""

    __tablename__ = "exercises"
    __table_args__ = (
        not_blank("name"),
        at_least("offset_ms", 0),
        CheckConstraint("patch IS NULL OR jsonb_typeof(patch) = 'object'", name="patch_is_an_object"),
        {"schema": EXERCISE, "comment": "Made-up events, each with a clock of its own"},
    )

    id: Mapped[RandomId]
    name: Mapped[str]
    about: Mapped[str] = mapped_column(server_default="", comment="What is made up, in a sentence")
    patch: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), comment="Of the scenario that is played"
    )
    snapshot_hash: Mapped[str | None] = mapped_column(comment="Of the frozen registry it is played on")
    network_hash: Mapped[str | None] = mapped_column(comment="Of the roads it is played on")
    scenario_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(ScenarioRow.id), comment="The stored scenario that is played"
    )
    offset_ms: Mapped[int] = mapped_column(
        server_default=text("0"), comment="Exercise time when the clock was last touched"
    )
    running_since: Mapped[datetime | None] = mapped_column(comment="None: the clock is paused")
    begun_at: Mapped[datetime | None] = mapped_column(comment="When the clock first ran")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it was ended for good")
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey(AccountRow.id))
    made_at: Mapped[Since]


PartOf = Annotated[uuid.UUID, mapped_column(ForeignKey(ExerciseRow.id, ondelete="CASCADE"), primary_key=True)]
Of = Annotated[uuid.UUID, mapped_column(ForeignKey(ExerciseRow.id, ondelete="CASCADE"), index=True)]
Who = Annotated[uuid.UUID, mapped_column(ForeignKey(AccountRow.id))]
Then = Annotated[datetime, mapped_column(server_default=text("clock_timestamp()"))]


class ObjectiveRow(Base):
    """What an exercise is to show."""

    __tablename__ = "objectives"
    __table_args__ = (
        not_blank("words"),
        at_least("number", 1),
        {"schema": EXERCISE, "comment": "What exercises are to show, with measures"},
    )

    exercise_id: Mapped[PartOf]
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[str]
    capability: Mapped[str] = mapped_column(server_default="", comment="Core capability it belongs to")
    measures: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'::text[]"))


class ParticipantRow(Base):
    """An account that takes part in an exercise."""

    __tablename__ = "participants"
    __table_args__ = (
        one_of("part", PARTS),
        {"schema": EXERCISE, "comment": "Who takes part in exercises, and as what"},
    )

    exercise_id: Mapped[PartOf]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(AccountRow.id), primary_key=True, index=True)
    part: Mapped[str]
    named_by: Mapped[Who]
    named_at: Mapped[Since]


class ContactRow(Base):
    """Somebody made up."""

    __tablename__ = "made_up_contacts"
    __table_args__ = (
        not_blank("name"),
        CheckConstraint("phone = '' OR phone ~ '555[ .-]?01[0-9]{2}$'", name="phone_is_made_up"),
        CheckConstraint(
            r"email = '' OR email ~* '[@.](example\.(org|com|net)|example|invalid|test)$'",
            name="email_is_made_up",
        ),
        {"schema": EXERCISE, "comment": "Made-up contacts of exercises: they lead to nobody"},
    )

    exercise_id: Mapped[PartOf]
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    organisation: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str] = mapped_column(server_default="")


class InjectRow(Base):
    """One version of an inject. The latest one holds; none is ever changed, so the rows are the list's history."""

    __tablename__ = "injects"
    __table_args__ = (
        not_blank("title"),
        at_least("number", 1),
        at_least("planned_ms", 0),
        CheckConstraint("patch IS NULL OR jsonb_typeof(patch) = 'object'", name="patch_is_an_object"),
        ForeignKeyConstraint(["exercise_id", "objective"], [ObjectiveRow.exercise_id, ObjectiveRow.number]),
        {"schema": EXERCISE, "comment": "The lists of injects, each with all its versions"},
    )

    exercise_id: Mapped[PartOf]
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    planned_ms: Mapped[int] = mapped_column(comment="Exercise time at which it is due")
    title: Mapped[str]
    happens: Mapped[str]
    sender: Mapped[str]
    receiver: Mapped[str]
    expected: Mapped[str] = mapped_column(comment="What players should do; they never see it")
    objective: Mapped[int | None]
    by_hand: Mapped[bool] = mapped_column(comment="The clock leaves it alone")
    patch: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), comment="What begins with it"
    )
    removed: Mapped[bool] = mapped_column(comment="This version takes it out")
    edited_by: Mapped[Who]
    edited_at: Mapped[Then]


class ReleaseRow(Base):
    """That an inject was released; it happens once."""

    __tablename__ = "releases"
    __table_args__ = (
        ForeignKeyConstraint(
            ["exercise_id", "number", "version"],
            [InjectRow.exercise_id, InjectRow.number, InjectRow.version],
        ),
        {"schema": EXERCISE, "comment": "Which injects were released, when, and by whom"},
    )

    exercise_id: Mapped[PartOf]
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    time_ms: Mapped[int] = mapped_column(comment="Exercise time")
    at: Mapped[datetime]
    released_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(AccountRow.id), comment="None: the clock"
    )


class ClockActRow(Base):
    """That somebody ran, paused or moved a clock, or ended the exercise."""

    __tablename__ = "clock_acts"
    __table_args__ = (
        one_of("act", ACTS),
        {"schema": EXERCISE, "comment": "What was done to the clocks of exercises"},
    )

    id: Mapped[RandomId]
    exercise_id: Mapped[Of]
    act: Mapped[str]
    from_ms: Mapped[int]
    to_ms: Mapped[int]
    at: Mapped[datetime]
    done_by: Mapped[Who]


class LogRow(Base):
    """One entry of an exercise's log."""

    __tablename__ = "log"
    __table_args__ = (
        not_blank("words"),
        {"schema": EXERCISE, "comment": "What players and controllers wrote down during exercises"},
    )

    id: Mapped[RandomId]
    exercise_id: Mapped[Of]
    time_ms: Mapped[int] = mapped_column(comment="Exercise time")
    at: Mapped[Then]
    written_by: Mapped[Who]
    words: Mapped[str]
    inject: Mapped[int | None] = mapped_column(comment="The number of the inject it answers")


class ObservationRow(Base):
    """What an evaluator saw of an objective."""

    __tablename__ = "observations"
    __table_args__ = (
        not_blank("words"),
        one_of("rating", RATINGS),
        at_least("measure", 1),
        ForeignKeyConstraint(["exercise_id", "objective"], [ObjectiveRow.exercise_id, ObjectiveRow.number]),
        {"schema": EXERCISE, "comment": "What evaluators saw, against objectives and measures"},
    )

    id: Mapped[RandomId]
    exercise_id: Mapped[Of]
    time_ms: Mapped[int] = mapped_column(comment="Exercise time")
    at: Mapped[Then]
    seen_by: Mapped[Who]
    objective: Mapped[int]
    measure: Mapped[int | None] = mapped_column(comment="Counted from 1; none: the objective as a whole")
    rating: Mapped[str | None] = mapped_column(comment="P, S, M or U, as HSEEP rates")
    words: Mapped[str]
