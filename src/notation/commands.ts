import type { Style } from "./syntax.js";

/*
 * What each known command is. A command outside these tables (and not defined in the file) is an error, never a symbol:
 * a misspelt `\sigam` must not become a variable of its own.
 */

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");
const named = (text: string): ReadonlyMap<string, string> =>
  new Map(words(text).map((pair) => [pair.split(">")[0] ?? pair, pair.split(">")[1] ?? pair]));

/** Commands that are one symbol: command → canonical name. */
export const symbols: ReadonlyMap<string, string> = named(String.raw`
  \alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \vartheta \iota \kappa \varkappa \lambda \mu \nu \xi
  \omicron \pi \varpi \rho \varrho \sigma \varsigma \tau \upsilon \phi \varphi \chi \psi \omega \digamma
  \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega \varGamma>\Gamma \varDelta>\Delta
  \varTheta>\Theta \varLambda>\Lambda \varPi>\Pi \varSigma>\Sigma \varPhi>\Phi \varPsi>\Psi \varOmega>\Omega
  \ell \hbar \Re \Im \aleph \beth \wp \imath \jmath \mho \eth \partial \nabla \bigtriangledown>\nabla \infty \emptyset \varnothing>\emptyset
  \top \bot \intercal \dagger \dag>\dagger \ddagger \ddag>\ddagger \angle \triangle \vartriangle>\triangle
  \clubsuit \diamondsuit \heartsuit \spadesuit \sharp \flat \natural \degree \exists \nexists \complement
  \%>% \#># \S`);

/** Commands that stay upright and take what follows: command → canonical name. */
export const functions: ReadonlyMap<string, string> = new Map(
  words(String.raw`\arccos \arcsin \arctan \arg \cos \cosh \cot \coth \csc \deg \det \dim \exp \gcd \hom \ker \lg \ln \log
  \Pr \sec \sin \sinh \tan \tanh`).map((command) => [command, command.slice(1)]),
);

/** Operators with limits that take the rest of their product. */
export const bigs: ReadonlyMap<string, string> = named(String.raw`
  \sum \prod \coprod \int \iint \iiint \oint \max \min \sup \inf \lim \limsup \liminf \argmax>\arg\max \argmin>\arg\min
  \bigcup \bigcap \bigodot \bigotimes \bigoplus \bigvee \bigwedge`);

export const operators: ReadonlyMap<string, string> = named(String.raw`
  \cdot \times \odot \otimes \oslash \circ \div \bullet \ast>* \star \oplus \ominus \pm \mp \wedge \vee \land>\wedge
  \lor>\vee \cup \cap \setminus \backslash>\setminus \smallsetminus>\setminus \boxtimes \bigcirc \diamond \uplus \sqcup \sqcap
  \circledast \boxdot \amalg \ltimes \rtimes \wr \rhd \lhd \bmod`);

export const relations: ReadonlyMap<string, string> = named(String.raw`
  \ne \neq>\ne \lt>< \gt>> \le \leq>\le \leqslant>\le \ge \geq>\ge \geqslant>\ge \ll \gg \in \notin \ni \approx \propto
  \varpropto>\propto \to \rightarrow>\to \longrightarrow>\to \xrightarrow>\to \mapsto \longmapsto>\mapsto \sim \simeq \cong \equiv
  \subset \subseteq>\subset \supset \supseteq>\supset \iff \Leftrightarrow>\iff \Longleftrightarrow>\iff \Rightarrow
  \implies>\Rightarrow \Longrightarrow>\Rightarrow \Leftarrow \impliedby>\Leftarrow \gets \leftarrow>\gets
  \longleftarrow>\gets \xleftarrow>\gets \leftrightarrow \coloneqq>:= \coloneq>:= \vcentcolon>: \triangleq>:= \doteq
  \eqqcolon \defeq>:= \prec \succ \preceq \succeq \perp \parallel \models \vdash \asymp \lesssim \gtrsim \eqsim \mid
  \hookrightarrow \rightsquigarrow \uparrow \downarrow \nmid \circeq \lll \ggg \therefore \because`);

export const ellipses: ReadonlySet<string> = new Set(
  words(String.raw`\dots \ldots \cdots \vdots \ddots \dotsc \dotsb \dotsm \dotsi \dotso \mathellipsis`),
);

/** Spaces wide enough to part two statements. */
export const gaps: ReadonlySet<string> = new Set(words(String.raw`\quad \qquad \enspace \hfill \hfil`));

/** Commands that say nothing to us. Those with a braced argument that is dropped as well are in `ignoredWithArgument`. */
export const ignored: ReadonlySet<string> = new Set([
  ...words(String.raw`\, \: \; \> \! \/ \- \thinspace \medspace \thickspace \negthinspace \negmedspace \negthickspace \nobreak
  \allowbreak \linebreak \displaystyle \textstyle \scriptstyle \scriptscriptstyle \limits \nolimits \displaylimits
  \nonumber \notag \checkmark \mathstrut \strut \hline \hrule \noindent \centering \par \relax \tiny \small \large \Large \normalsize
  \mathord \mathbin \mathrel \mathopen \mathclose \mathpunct \mathinner \break \smallskip \medskip \bigskip \protect`),
  "\\\n",
]);
export const ignoredWithArgument: ReadonlySet<string> = new Set(
  words(String.raw`\label \tag \hspace \vspace \mspace \hskip \color \phantom \hphantom \vphantom \rule`),
);
/** Commands whose first argument is dropped and whose second is read. */
export const ignoredFirstArgument: ReadonlySet<string> = new Set(
  words(String.raw`\textcolor \colorbox \raisebox \href`),
);
/** Commands that only decorate their argument. */
export const transparent: ReadonlySet<string> = new Set(
  words(String.raw`\boxed \fbox \smash \mathop \ensuremath \mathclap \mathllap \mathrlap \llap \rlap \bbox`),
);
/** Braces with an annotation, which is dropped. */
export const braces: ReadonlySet<string> = new Set(
  words(String.raw`\underbrace \overbrace \underbracket \overbracket`),
);

export const fonts: ReadonlyMap<string, Style> = new Map<string, Style>([
  ["\\mathbf", "bold"],
  ["\\boldsymbol", "bold"],
  ["\\bm", "bold"],
  ["\\pmb", "bold"],
  ["\\bold", "bold"],
  ["\\symbf", "bold"],
  ["\\mathbfit", "bold"],
  ["\\mathcal", "cal"],
  ["\\mathbb", "bb"],
  ["\\Bbb", "bb"],
  ["\\mathds", "bb"],
  ["\\mathbbm", "bb"],
  ["\\mathrm", "roman"],
  ["\\mathup", "roman"],
  ["\\mathfrak", "frak"],
  ["\\mathsf", "sans"],
  ["\\mathtt", "sans"],
  ["\\mathscr", "script"],
  ["\\mathit", "plain"],
  ["\\mathnormal", "plain"],
]);
/** The old switches, which hold to the end of their group: switch → the command it stands for. */
export const fontSwitches: ReadonlyMap<string, string> = named(String.raw`
  \bf>\mathbf \rm>\mathrm \cal>\mathcal \it>\mathit \sf>\mathsf \tt>\mathtt \boldmath>\boldsymbol \bfseries>\mathbf`);

export const texts: ReadonlySet<string> = new Set(
  words(
    String.raw`\text \textrm \textbf \textit \textsf \texttt \textnormal \textup \textsc \mbox \hbox \emph \intertext \shortintertext`,
  ),
);

export const accents: ReadonlyMap<string, string> = named(String.raw`
  \hat>hat \widehat>hat \bar>bar \overline>bar \widebar>bar \tilde>tilde \widetilde>tilde \dot>dot \ddot>ddot \vec>vec
  \overrightarrow>vec \overleftarrow>overleftarrow \overleftrightarrow>overleftrightarrow \check>check \widecheck>check
  \breve>breve \acute>acute \grave>grave \mathring>ring \underline>underline`);
/** Marks that `\overset` and `\stackrel` put above a symbol → the accent that they look like. */
export const marksAbove: ReadonlyMap<string, string> = named(String.raw`
  \rightarrow>\overrightarrow \to>\overrightarrow \longrightarrow>\overrightarrow \rightharpoonup>\overrightarrow
  \leftarrow>\overleftarrow \gets>\overleftarrow \longleftarrow>\overleftarrow \leftharpoonup>\overleftarrow
  \leftrightarrow>\overleftrightarrow \sim>\tilde \wedge>\hat \cdot>\dot \circ>\mathring`);

export const fractions: ReadonlySet<string> = new Set(words(String.raw`\frac \dfrac \tfrac \cfrac`));

/** Sizes before a delimiter. */
export const sizes: ReadonlySet<string> = new Set(
  words(
    String.raw`\big \Big \bigg \Bigg \bigl \Bigl \biggl \Biggl \bigr \Bigr \biggr \Biggr \bigm \Bigm \biggm \Biggm`,
  ),
);

/** Delimiters: what opens, by its canonical name; what closes, with the canonical opener. */
export const openers: ReadonlyMap<string, string> = named(String.raw`
  ( [ \{ \lbrace>\{ \lbrack>[ \langle \lfloor \lceil \lvert>| \lVert>\| \lparen>(`);
export const closers: ReadonlyMap<string, string> = named(String.raw`
  )>( ]>[ \}>\{ \rbrace>\{ \rbrack>[ \rangle>\langle \rfloor>\lfloor \rceil>\lceil \rvert>| \rVert>\| \rparen>(`);
/** Delimiters that look the same on both sides. */
export const bars: ReadonlyMap<string, string> = named(String.raw`| \vert>| \| \Vert>\| ||>\|`);

export const alignments: ReadonlySet<string> = new Set(
  words(`aligned align align* alignat alignat* alignedat gather gather* gathered split equation equation* eqnarray eqnarray*
  multline multline* flalign flalign* displaymath math dmath dmath* multlined subequations`),
);
export const matrices: ReadonlySet<string> = new Set(
  words(
    `matrix bmatrix pmatrix vmatrix Vmatrix Bmatrix smallmatrix array bmatrix* pmatrix* matrix* bsmallmatrix psmallmatrix`,
  ),
);
export const caseEnvironments: ReadonlySet<string> = new Set(words("cases dcases rcases cases* dcases* numcases"));
/** Environments with an argument after their name. */
export const environmentArguments: ReadonlySet<string> = new Set(words("array alignat alignat* alignedat"));

/** Known commands that no formula of ours can hold: said so, rather than called unknown. */
export const unsupported: ReadonlyMap<string, string> = new Map([
  ["\\binom", "a binomial coefficient"],
  ["\\dbinom", "a binomial coefficient"],
  ["\\tbinom", "a binomial coefficient"],
  ["\\choose", "a binomial coefficient"],
  ["\\atop", "stacked expressions"],
  ["\\cancel", "crossed-out terms"],
  ["\\sout", "crossed-out terms"],
  ["\\genfrac", "a general fraction"],
]);
