"""One object that the page, the command line and the HTTP API share."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import TashanError
from index.embedder import load_embedder
from index.opening import open_store
from index.reranker import CrossEncoderReranker
from index.types import Embedder, ReportHead, Store
from rag import answer, further, offers, refuse, side_by_side
from rag.around import read_around
from rag.cards import cards
from rag.clock import Clock
from rag.compare import Comparison, compare
from rag.config import Settings
from rag.evidence import evidence
from rag.nearest_quotes import nearest_quotes
from rag.overview import Overview, overview
from rag.question import understand
from rag.rescore import clauses, told_best
from rag.retrieve import Reranker, retrieve
from rag.side_by_side import Sides
from rag.sources import sources
from rag.themes import Themed, Themes
from rag.trial import Trial
from rag.types import (
    Answered,
    Citation,
    Evidence,
    Found,
    Intent,
    Outcome,
    Question,
    Reason,
    Refused,
    Searched,
)
from rag.verify import checked

_HITS = 15  # reports that an outcome carries hits of


@dataclass(frozen=True, slots=True)
class Update:
    """A step of `Service.stream`: a stage with its label, the text so far, at the end the outcome.

    `question` comes once it has been understood, `found` once something that may answer was found.
    """

    stage: str
    text: str = ""
    outcome: Outcome | None = None
    question: Question | None = None
    found: Found | None = None


class Service:
    """Questions in, cited answers out. Safe to share between threads.

    Make one with `Service.open`; close it, or use it in a ``with`` statement.
    """

    def __init__(self, settings: Settings, store: Store, reranker: Reranker | None = None) -> None:
        self.settings = settings
        self._reranker = reranker
        self.store = store
        self._lock = threading.Lock()
        self._overview: Overview | None = None
        self._themes = Themes(store)
        synonyms = settings.search.synonyms
        self._trial = Trial(self.understand, self.find, self._refuses, self._look, synonyms)

    @classmethod
    def open(cls, settings: Settings, embedder: Embedder | None = None) -> Service:
        """Open the store that `settings` names.

        Raises:
            StoreMissing, StoreMismatch, StoreDamaged: with what to do next.
            TashanError: the model or the second stage can't be loaded.
        """
        embedder = embedder or load_embedder(settings.model, Path("var"))
        second = settings.search.reranker
        reranker = CrossEncoderReranker(second) if second else None
        return cls(settings, open_store(settings.store, embedder), reranker)

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the store's files."""
        self.store.close()

    # --- reading ---------------------------------------------------------------------------------

    def heads(self) -> tuple[ReportHead, ...]:
        """The heads of all reports of the generation in use."""
        return self._look().heads

    def searched(self) -> Searched:
        """How much there is to search: reports, places, years."""
        return self._look().searched

    def themes(self) -> Themed:
        """What each report of the generation in use is about."""
        return self._themes.now()

    def _look(self) -> Overview:
        """What is known of the generation in use, made anew when another one has come."""
        self.store.refresh()
        with self._lock:
            mark = self.store.mark
            if self._overview is None or self._overview.mark != mark:
                self._overview = overview(self.store, mark)
            return self._overview

    def notice(self) -> str:
        """What to say while vectors are still being computed; empty otherwise."""
        left = self.store.pending
        return f"索引还在补算（剩 {left} 段），目前只按字词检索，可能有遗漏。" if left else ""

    def _judge(
        self, question: Question, found: Found, elsewhere: Found | None, beside: bool = False
    ) -> Reason | None:
        calibrated = self._calibrated
        away = self._away(question, found, elsewhere) if calibrated and not beside else 0.0
        return refuse.judge(question, found, elsewhere, self._look().rarity, calibrated, beside, away)

    @property
    def _calibrated(self) -> bool:
        """Whether cosines are those of the embedded model, on which thresholds were set, of every passage."""
        return self.settings.model == "default" and not self.store.pending

    def _away(self, question: Question, found: Found, elsewhere: Found | None) -> float:
        """By how much a report of elsewhere comes nearer to the parts of a question than any of the place."""
        if not (question.include and elsewhere and found.hits):
            return 0.0
        parts = clauses(question.standalone) or (question.standalone,)
        return told_best(self.store, elsewhere.hits, parts) - told_best(self.store, found.hits, parts)

    def understand(
        self,
        text: str,
        history: Sequence[str] = (),
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        home: str | None = None,
        cited: Sequence[Citation] = (),
    ) -> Question:
        """What is made of a question before anything is searched.

        Raises:
            TashanError: the question is empty.
        """
        return understand(
            text,
            history=history,
            home=home or self.settings.home_county or None,
            include=include,
            exclude=exclude,
            known=self.heads(),
            cited=cited,
            synonym_weight=self.settings.search.synonyms,
        )

    def find(self, question: Question, k: int = _HITS) -> Found:
        """Retrieval alone."""
        return retrieve(self.store, question, k=k, settings=self.settings, reranker=self._reranker)

    def search(self, text: str, k: int = 10, **places: Sequence[str]) -> tuple[Question, Found]:
        """Retrieval for a question as typed."""
        question = self.understand(text, **places)  # type: ignore[arg-type]
        return question, self.find(question, k)

    # --- answering -------------------------------------------------------------------------------

    def ask(
        self,
        text: str,
        history: Sequence[str] = (),
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        home: str | None = None,
        cited: Sequence[Citation] = (),
        llm: bool = False,
    ) -> Outcome:
        """An answer or a refusal.

        Args:
            text: the question as typed.
            history: earlier questions of the conversation, oldest first.
            include: names of places chosen outside the question.
            exclude: names of places left out.
            home: the asker's own county, in place of the setting.
            cited: citations of the last answer, for “第二个地方”.
            llm: let the language model write, if one is configured.

        Raises:
            TashanError: the question is empty.
        """
        last = None
        for update in self.stream(
            text, history, include=include, exclude=exclude, home=home, cited=cited, llm=llm
        ):
            last = update.outcome
        assert last is not None
        return last

    def stream(
        self,
        text: str,
        history: Sequence[str] = (),
        *,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        home: str | None = None,
        cited: Sequence[Citation] = (),
        llm: bool = False,
    ) -> Iterator[Update]:
        """The same in steps: stages, text as a language model writes it, and the outcome at the end."""
        clock = Clock()
        yield Update("理解问题")
        question = self.understand(text, history, include=include, exclude=exclude, home=home, cited=cited)
        clock.lap("understand")
        yield Update("检索报告", question=question)
        found = self.find(question)
        elsewhere = self._elsewhere(question)
        clock.lap("retrieve")
        reason = self._judge(question, found, elsewhere)
        sides = side_by_side.told(question, lambda side: self._side(side, elsewhere))
        quoted = sides.quoted or reason or self._quoted(question, found)
        clock.lap("evidence")
        if isinstance(quoted, Reason):
            yield Update("完成", outcome=self._refused(question, found, elsewhere or found, quoted, clock))
            return
        yield Update("摘取依据", found=found)
        extractive = self._answered(question, found, Sides(quoted, sides.missed), clock)
        if llm:
            yield from self._generated(extractive, quoted, clock)
        else:
            yield Update("完成", extractive.text, extractive)

    def _quoted(
        self, question: Question, found: Found, most: int | None = None
    ) -> tuple[Evidence, ...] | Reason:
        """What answers, or why it is no answer after all."""
        calibrated, rarity = self._calibrated, self._look().rarity
        chosen = sources(question, found.hits, calibrated, rarity)[:most]
        if question.intent is not Intent.FACT:
            chosen = tuple(read_around(self.store, chosen, whole=bool(question.own_topic)))
        quoted = evidence(question, chosen)
        if calibrated and refuse.lacks_figure(question, found, quoted):
            # what was done may hold it in other words
            how = replace(question, intent=Intent.HOW)
            chosen = sources(how, found.hits, calibrated, rarity)[:most]
            chosen = tuple(read_around(self.store, chosen, whole=bool(how.own_topic)))
            quoted = evidence(how, chosen)
        if calibrated and quoted:
            quoted = nearest_quotes(self.store, question, quoted)
        return refuse.unfounded(question, found, chosen, quoted, rarity, calibrated) or quoted

    def _side(self, question: Question, elsewhere: Found | None) -> tuple[Evidence, ...] | Reason:
        """What one of several places has."""
        found = self.find(question)
        reason = self._judge(question, found, elsewhere, beside=True)
        return reason or self._quoted(question, found, side_by_side.REPORTS)

    def _refuses(self, question: Question, found: Found) -> bool:
        return self._judge(question, found, None) is not None or isinstance(
            self._quoted(question, found), Reason
        )

    def _elsewhere(self, question: Question) -> Found | None:
        """What the same question finds without its places; None where it names none."""
        bound = (question.include, question.exclude, question.since, question.until, question.unknown_places)
        if not any(bound):
            return None
        free = replace(question, include=(), exclude=(), since=None, until=None, unknown_places=())
        return self.find(free)

    def _answered(self, question: Question, found: Found, sides: Sides, clock: Clock) -> Answered:
        searched = self.searched()
        draft = answer.compose(question, sides.quoted, searched, sides.missed)
        statements = checked(draft.statements, draft.citations)
        shown = {citation.report for citation in draft.citations}
        rest = [hit for hit in found.hits if hit.stored.head.report not in shown]
        clock.lap("answer")
        return Answered(
            question=question,
            text=draft.text,
            statements=statements,
            citations=draft.citations,
            found=found,
            searched=searched,
            config=self.settings.digest(),
            timings_ms=clock.done(found),
            next_questions=further.questions(question, rest, self._trial.able),
            notice=self.notice(),
        )

    def _refused(
        self, question: Question, found: Found, elsewhere: Found, reason: Reason, clock: Clock
    ) -> Refused:
        searched = self.searched()
        nearest = elsewhere.hits if reason is Reason.PLACE_WITHOUT_PRACTICE else found.hits
        seen = self._look()
        offer = offers.offer(
            question,
            reason,
            nearest,
            searched,
            seen.rarity,
            here=found.hits if question.include else (),
            calibrated=self._calibrated,
            able=self._trial.able,
            sure=self._trial.sure,
            measures=seen.measures,
            look=self._trial.part,
        )
        clock.lap("refuse")
        return Refused(
            question=question,
            reason=reason,
            text="\n\n".join(part for part in (self.notice(), offer.text) if part),
            nearest=offer.nearest,
            found=found,
            searched=searched,
            config=self.settings.digest(),
            timings_ms=clock.done(found),
            next_questions=(*offer.next_questions, *offer.beside),
            beside=offer.beside,
            theme=offer.theme,
        )

    def _generated(
        self, extractive: Answered, quoted: tuple[Evidence, ...], clock: Clock
    ) -> Iterator[Update]:
        """The language model's answer, each sentence verified; the extractive one where it fails."""
        from rag.generate import (
            Generator,
            WriterFailedError,
        )  # only when a model writes: it takes half a second

        numbered = tuple(one for card in cards(quoted) for one in card.evidence)
        try:
            generator = Generator.open(self.settings.llm)
            text = ""
            for text in generator.stream(extractive.question, numbered):
                yield Update("撰写回答", text)
            written = generator.finish(text, extractive.citations)
        except WriterFailedError as error:
            yield Update("完成", extractive.text, replace(extractive, notice=f"{error}以下是摘录式回答。"))
            return
        clock.lap("generate")
        outcome = replace(
            extractive,
            text=written.text,
            statements=written.statements,
            notice=written.notice,
            timings_ms=clock.done(extractive.found),
        )
        yield Update("完成", outcome.text, outcome)

    # --- around answers --------------------------------------------------------------------------

    def compare(self, theme: str, places: int = 8) -> Comparison:
        """A table of theme × places, each cell cited.

        Raises:
            TashanError: the theme is empty, or nothing was found on it.
        """
        question = self.understand(theme)
        found = self.find(replace(question, many=True))
        if self._judge(question, found, None) is not None:
            raise TashanError(
                f"没有找到与“{theme}”相关的报告。", "请换一个主题，例如：红色物业、积分制、老旧小区加装电梯。"
            )
        return compare(question, found.hits, places)

    def report(self, report_id: str) -> object:
        """A report as the store holds it: for opening a citation in its place."""
        return self.store.report(report_id)

    def examples(self, most: int = 6) -> tuple[str, ...]:
        """Questions that this store can answer, from measures of different provinces."""
        return self._look().measures.examples(self._trial.sure, most)
