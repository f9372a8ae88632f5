import { refuse } from "../../core/diagnostic.js";
import { flatMap } from "../../core/flat-map.js";
import type { Syntax } from "../../notation/syntax.js";
import { otherCase } from "../passes/names/letter-case.js";
import type { DimVar, Watcher } from "../sizes/dimensions.js";
import { dimText, shapeText } from "../values/value.js";
import { type Letters, letterOf, mentions, nodesIn, visit } from "./letters.js";
import {
  headKey,
  isOnlyRow,
  isSureTransposeMark,
  isTransposeMark,
  isWholeAxis,
  type Scripted,
  type Superscript,
  scriptText,
  takeApart,
} from "./scripts.js";
import { type Action, type Common, idOf, type Occurrence, SymbolSpec } from "./symbol-spec.js";

interface SplitScripts {
  readonly label: string;
  readonly supMembers: readonly Syntax[];
  readonly actions: readonly Action[];
}

/** The symbols of one problem, found from how they are declared, defined and used. */
export class SymbolTable {
  readonly #letters: Letters;
  readonly #specs = new Map<string, SymbolSpec>();
  readonly #common: Common = { variables: new Set(), shaped: [], reshapings: 0 };
  #all: readonly SymbolSpec[] | null = null;
  #made = 0;
  /** What looks symbols up at present, while shapes are being found. */
  watcher: Watcher | null = null;
  /** No symbol is made: what is only tried names those that are there. */
  closed = false;
  /** Letters that words give to the rows or columns of a matrix. */
  readonly #lines = new Map<string, { readonly matrix: string; readonly along: 0 | 1 }>();
  readonly #byHead = new Map<string, SymbolSpec[]>();
  /** Heads with a superscript position that runs: `h^{(\ell)}`; with a bare one, `z^t`. */
  readonly #bracketFamilies = new Set<string>();
  readonly #bareFamilies = new Set<string>();
  /** Heads whose bare superscript numbers are labels, since `^1` or `^0` is among them. */
  readonly #numberLabels = new Set<string>();
  /** Heads of which a left side or a declaration wears a number, `h^1 = …`. */
  readonly #numbered = new Set<string>();
  readonly #supLabels = new Set<string>();
  readonly #subFamilies = new Set<string>();
  /** Heads, with their primes, that something declares or defines. */
  readonly #introduced = new Set<string>();
  /** Heads introduced entry by entry, `\alpha_{tk} = …`, with the number of positions: `\alpha_{1k}` is one of them. */
  readonly #entryOrders = new Map<string, number>();
  /** The same of heads that are only used so: of `E_{t,j}`, `E_{1,j}` is an entry, if nothing introduces it. */
  readonly #usedOrders = new Map<string, number>();
  readonly #apart = new Set<string>();
  /** Heads used with one position that runs: of `r_t`, `r_T` is the last. */
  readonly #indexed = new Set<string>();

  /** Heads that something introduces with a bracketed position, `x^{(i)} = …`. */
  readonly #runningHeads = new Set<string>();
  /** The same with the place above: in `a^{[1](i)} = …` the first holds a layer's number, which is part of the name. */
  readonly #runningPlaces = new Set<string>();

  readonly #ownCase = new Set<string>();
  /** This letter is not the same as itself written small or large. */
  tellApart(head: string): void {
    this.#ownCase.add(head);
  }

  /** Matrices by the other letter, small or capital, that stands for them as a whole. */
  readonly #wholes = new Map<string, SymbolSpec>();

  constructor(letters: Letters) {
    this.#letters = letters;
  }

  get all(): readonly SymbolSpec[] {
    this.#all ??= [...this.#specs.values()];
    return this.#all;
  }

  get variableCount(): number {
    return this.#common.variables.size;
  }

  /** The symbols whose shape became known, in that order. */
  get shaped(): readonly SymbolSpec[] {
    return this.#common.shaped;
  }

  /** How often a symbol's number of axes has changed. */
  get reshapings(): number {
    return this.#common.reshapings;
  }

  #lookUp(id: string): SymbolSpec | undefined {
    const spec = this.#specs.get(id);
    if (this.watcher !== null) spec?.watch(this.watcher);
    return spec;
  }

  #put(id: string, spec: SymbolSpec): void {
    this.#specs.set(id, spec);
    this.#all = null;
    this.#made += 1;
  }

  get count(): number {
    return this.#specs.size;
  }

  /** How many symbols were ever made, those that others have replaced among them. */
  get made(): number {
    return this.#made;
  }

  /** First look at an occurrence, before any is resolved: which superscripts run, which are labels. */
  survey(t: Scripted, introduces: boolean): void {
    const head = headKey(t.symbol);
    const [only] = t.subs.length === 1 ? t.subs : [];
    if (only !== undefined && this.#letters.mentionsIndex(only)) this.#indexed.add(head);
    if (t.subs.length > 1 && t.subs.every((x) => this.#letters.mentionsIndex(x)))
      this.#usedOrders.set(head, t.subs.length);
    const running = t.sups.filter((p) => p.bracketed && this.#letters.mentionsFamily(p.content));
    if (introduces && running.length > 0) this.#runningHeads.add(head);
    if (introduces) for (const p of running) this.#runningPlaces.add(placeKey(head, t.sups.indexOf(p)));
    // `a^{[2](i)}` that nothing introduces: the second is a sample's number, the first a label.
    const isSample = !introduces && running.length > 0 && t.sups.filter((p) => p.bracketed).length > running.length;
    for (const part of isSample ? [] : t.sups)
      this.#surveySup(head, part, introduces && (t.sups.length === 1 || !isTransposeMark(part.content)));
    if (introduces) this.#surveyIntroduced(t, head);
  }

  /** `e^{[k]} = …`: some line introduces it with a letter in brackets above. */
  runsAbove(head: string): boolean {
    return this.#runningHeads.has(head);
  }

  /** An occurrence whose bare superscript is known to run. */
  surveyMember(t: Scripted): void {
    for (const part of t.sups) this.#surveySup(headKey(t.symbol), part, true);
  }

  #surveySup(head: string, { bracketed, content }: Superscript, mayLabel: boolean): void {
    if (bracketed) {
      if (this.#letters.mentionsFamily(content)) this.#bracketFamilies.add(head);
    } else if (content.kind === "number") {
      if (mayLabel) this.#numbered.add(head);
      if (content.text === "1" || content.text === "0") this.#numberLabels.add(head);
      // `\sigma^2 = …` defines that symbol.
      else if (mayLabel && !this.#numberLabels.has(head)) this.#supLabels.add(`${head}^${scriptText(content)}`);
    } else if (mayLabel && !isSureTransposeMark(content)) {
      if (this.#letters.mentionsIndex(content)) this.#bareFamilies.add(head);
      else this.#supLabels.add(`${head}^${scriptText(content)}`);
    }
  }

  /**
   * `w^l_{jk}` beside `a^l_j` and `a^{l-1}_k`: where a letter counts layers above what is computed, it does so above what is
   * given, and is no exponent there. A Greek letter alone, `\gamma^t`, may well be raised to a power.
   */
  surveyLayers(all: readonly Scripted[]): void {
    const above = flatMap(all, (t) => t.sups.filter((p) => !p.bracketed).map(({ content }) => ({ t, content })));
    const steps = above.filter(({ t, content }) => content.kind === "sum" && this.#bareFamilies.has(headKey(t.symbol)));
    const counts = (s: Syntax): boolean => {
      const letter = letterOf(s);
      return letter !== null && this.#letters.isIndex(letter) && steps.some((o) => mentions(o.content, letter));
    };
    for (const { t, content } of above) {
      const head = headKey(t.symbol);
      if (!counts(content) || this.#introduced.has(head) || !/^[A-Za-z]$/.test(t.symbol.name)) continue;
      if (t.subs.every((s) => this.#letters.mentionsIndex(s))) this.#bareFamilies.add(head);
    }
  }

  #surveyIntroduced(t: Scripted, head: string): void {
    this.#introduced.add(head + "'".repeat(t.primes));
    if (t.subs.length === 0 || !t.subs.every((x) => this.#letters.mentionsIndex(x))) return;
    // A symbol introduced with running positions, `h_t = …`: numbers there are positions too, `h_0`.
    if (t.subs.length === 1) this.#subFamilies.add(head);
    else this.#entryOrders.set(head, t.subs.length);
  }

  /** A sum runs over places of this symbol that are written as numbers elsewhere. */
  surveyMembers(head: string): void {
    this.#subFamilies.add(head);
  }

  /** The `z_1^{(L)}` that a last layer of one unit is read as is an entry of that layer, which nothing else need tell. */
  surveyUnit({ symbol, subs }: Scripted): void {
    if (subs.at(-1)?.kind === "number") this.#unitLayers.add(headKey(symbol));
  }

  /** `W^Q`, `W^K`: from now on these superscripts are part of the name. Gives those that were not before. */
  labelSuperscripts(labels: readonly string[]): readonly string[] {
    const added = labels.filter((label) => !this.#supLabels.has(label));
    for (const label of added) this.#supLabels.add(label);
    return added;
  }

  readonly #sumsOfParts = new Set<string>();
  readonly #unitLayers = new Set<string>();

  /** `L = L_1 + \lambda L_2`: what is computed from them has no entries that are written so. */
  surveyParts({ symbol, subs, sups }: Scripted, right: readonly Scripted[]): void {
    const head = headKey(symbol);
    const isPart = (t: Scripted): boolean => headKey(t.symbol) === head && t.subs[0]?.kind === "number";
    if (subs.length + sups.length === 0 && right.some(isPart)) this.#sumsOfParts.add(head);
  }

  /** The members of these heads are symbols of their own, no entries. */
  keepApart(heads: Iterable<string>): void {
    for (const head of heads) this.#apart.add(head);
  }

  /** Sets what a declaration or a left side says apart from uses: `x_t` there names the whole family. */
  introduce(t: Scripted): Occurrence {
    return this.resolve(t, true);
  }

  /** Does a bracketed superscript of this head select a member? */
  isFamily(head: string): boolean {
    return this.#bracketFamilies.has(head);
  }

  find(key: string): SymbolSpec | null {
    return this.#lookUp(key) ?? this.#lookUp(idOf(key, 1, false)) ?? null;
  }

  withHead(head: string): readonly SymbolSpec[] {
    const specs = this.#headed(head);
    if (this.watcher !== null) for (const spec of specs) spec.watch(this.watcher);
    return specs;
  }

  /** The same for those who ask for what no shape changes. */
  #headed(head: string): readonly SymbolSpec[] {
    return this.#byHead.get(head) ?? [];
  }

  isVariable(head: string): boolean {
    return this.#common.variables.has(head);
  }

  resolve(t: Scripted, introduces = false): Occurrence {
    if (!introduces && t.primes > 0 && this.#isPrimedArray(t)) {
      const plain = this.resolve({ ...t, primes: 0 });
      return t.primes % 2 === 1 ? { ...plain, actions: [{ kind: "prime" }, ...plain.actions] } : plain;
    }
    const sample = introduces || t.primes > 0 ? null : this.#matchSample(t);
    if (sample !== null) return sample;
    const head = headKey(t.symbol) + "'".repeat(t.primes);
    const { label, supMembers, actions } = this.#splitSups(headKey(t.symbol), t);
    const line = introduces ? null : this.#ownLine(head, t, supMembers);
    if (line !== null) return { ...line, members: [], entries: [], actions };
    const known =
      this.#match(head, label, this.#numberApart(head + label, t.subs), supMembers.length, introduces) ??
      this.#matchCase(t, head, label, supMembers.length, introduces);
    if (known !== null) {
      const { spec, rest } = known;
      const members = [...supMembers, ...rest.slice(0, spec.subSlots)];
      return { spec, members, entries: rest.slice(spec.subSlots), actions };
    }
    const root = introduces || supMembers.length > 0 ? null : this.#rootOfSquare(t, head, label);
    if (root !== null) return { ...root, actions: [...root.actions, ...actions] };
    const isMember = supMembers.length > 0;
    const whole = isMember ? this.#wholeMember(t, label, supMembers.length) : this.#matchWhole(t, label, introduces);
    if (whole !== null) return { spec: whole, members: supMembers, entries: [], actions };
    const slice = introduces ? null : this.#matchSlice(t, head, label, supMembers);
    if (slice !== null) {
      const { spec, position, along } = slice;
      return { spec, members: [], entries: [], slice: position, actions, ...(along === undefined ? {} : { along }) };
    }
    return this.#create(t, head, label, supMembers, actions, introduces);
  }

  /** `w_j` is row (`along` 0) or column j of `W`. */
  nameLines(line: string, matrix: string, along: 0 | 1): void {
    this.#lines.set(line, { matrix, along });
  }

  /** `\sigma` where only `\sigma^2 = …` is defined. */
  #rootOfSquare(t: Scripted, head: string, label: string): Occurrence | null {
    if (!this.#supLabels.has(`${head}^2`)) return null;
    const square = this.#match(head, `${label}^(2)`, t.subs, 0, false);
    if (square?.spec.defined !== true) return null;
    const number = (text: string): Syntax => ({ kind: "number", text, span: t.span });
    const half: Syntax = { kind: "fraction", numerator: number("1"), denominator: number("2"), span: t.span };
    const { spec, rest } = square;
    return {
      spec,
      members: rest.slice(0, spec.subSlots),
      entries: rest.slice(spec.subSlots),
      actions: [{ kind: "power", exponent: half }],
    };
  }

  /** `W'` where there is a W, also one that only words declare, and nothing introduces a symbol W′. */
  #isPrimedArray(t: Scripted): boolean {
    const head = headKey(t.symbol);
    if (this.#introduced.has(head + "'".repeat(t.primes))) return false;
    return this.#introduced.has(head) || this.withHead(head).some((s) => s.declared && s.axes?.length === 2);
  }

  #create(
    t: Scripted,
    head: string,
    label: string,
    supMembers: readonly Syntax[],
    actions: readonly Action[],
    introduces: boolean,
  ): Occurrence {
    if (this.closed) refuse("symbol/unknown", `nothing says what ${scriptText(t.symbol)} is`, t.span);
    const positions: Syntax[] = [];
    let labels = label;
    let named = "";
    for (const s of t.subs) {
      if (this.#letters.mentionsIndex(s) || this.#isFixedPosition(t, s, positions.length > 0, introduces))
        positions.push(s);
      else if (s.kind === "scripted" ? this.#isPosition(s) : this.#indexed.has(head) && this.#isInteger(s))
        positions.push(s);
      else named += (named === "" ? "" : ",") + scriptText(s);
    }
    if (named !== "") labels += `_${named}`;
    const spec = new SymbolSpec(head, labels, t, supMembers.length, positions.length, this.#common);
    spec.bold = t.symbol.style === "bold";
    spec.memberSubs = positions;
    spec.labelSide = labelSideOf(t.subs, positions);
    spec.apart = positions.length > 0 && this.#apart.has(head);
    this.#separate(spec, t);
    if (spec.apart && positions.length === 1) spec.scalarFamily = true;
    this.#add(spec);
    return { spec, members: [...supMembers, ...positions], entries: [], actions };
  }

  /** A number with a label, beside an array whose entries are written alike. */
  addNumber(t: Scripted): void {
    const label = `_${t.subs.map(scriptText).join(",")}`;
    const spec = new SymbolSpec(headKey(t.symbol), label, t, 0, 0, this.#common);
    spec.axes = [];
    spec.declared = true;
    this.#add(spec);
  }

  /** A number or a size as a position: of `h_t = …`, `h_0`, `h_T` and `h_{T+1}` are members. */
  #isFixedPosition(t: Scripted, s: Syntax, afterAnother: boolean, introduces: boolean): boolean {
    const head = headKey(t.symbol);
    const isLast = s.kind !== "number" && this.#isEnd(s);
    if (s.kind !== "number" && !isLast) return false;
    if (afterAnother || this.#entryOrders.get(head) === t.subs.length) return true;
    if (!introduces && !this.#introduced.has(head) && this.#usedOrders.get(head) === t.subs.length) return true;
    return t.subs.length === 1 && (this.#subFamilies.has(head) || (isLast && !introduces && this.#indexed.has(head)));
  }

  /** What is written alike and is something else must not be taken for it. */
  #separate(spec: SymbolSpec, t: Scripted): void {
    const other = this.#lookUp(spec.id);
    // What has a tensor is a symbol of the model, whether or not it was declared: no line of a claim replaces it.
    if (other === undefined || !(other.declared || other.tensor !== null)) return;
    if (spec.subSlots > 0 && other.axes !== null && other.axes.length > 0)
      refuse(
        "index/count",
        `${other.key} is ${shapeText(other.axes)} and takes ${other.axes.length} position${other.axes.length > 1 ? "s" : ""}, not ${spec.subSlots}`,
        t.span,
      );
    // A number `\lambda` beside `\lambda_i`, a whole `x` beside a family `x_i`.
    this.#apart.add(spec.head);
    if (spec.subSlots > 0) spec.apart = true;
    else if (other.subSlots > 0) {
      other.apart = true;
      this.#put(other.id, other);
    }
  }

  #add(spec: SymbolSpec): void {
    this.#put(spec.id, spec);
    const list = this.#byHead.get(spec.head) ?? [];
    list.push(spec);
    this.#byHead.set(spec.head, list);
  }

  /** The 0 and the j of `h_{0j}`, where there is an `h_0`: 0 times j is no place, and neither is twice j where there is no h. */
  #numberApart(key: string, subs: readonly Syntax[]): readonly Syntax[] {
    const [only] = subs;
    const [number] = only?.kind === "juxtaposition" && subs.length === 1 ? only.items : [];
    if (only?.kind !== "juxtaposition" || number?.kind !== "number") return subs;
    const isFactor = this.#lookUp(key) !== undefined && Number(number.text) > 1;
    return isFactor || this.#lookUp(`${key}_${number.text}`) === undefined ? subs : only.items;
  }

  /** The symbol whose labels take up most of the subscripts and whose positions the rest can be. */
  #match(
    head: string,
    supLabel: string,
    subs: readonly Syntax[],
    supCount: number,
    introduces: boolean,
  ): { spec: SymbolSpec; rest: readonly Syntax[] } | null {
    for (let taken = subs.length; taken >= 0; taken--) {
      const named = subs.slice(0, taken);
      if (named.some((s) => this.#letters.mentionsIndex(s))) continue;
      const label = supLabel + (taken === 0 ? "" : `_${named.map(scriptText).join(",")}`);
      const spec = this.#lookUp(idOf(head + label, supCount, subs.length > taken && this.#apart.has(head)));
      if (spec === undefined || spec.supSlots !== supCount) continue;
      // `w_{ji}` is no entry of the weights `w_{ij}` of a unit j.
      if (taken > 0 && taken < subs.length && spec.labelSide === "behind") continue;
      // `L_{BCE}` beside `L_i` is a quantity of its own, and so is an `L_{total}` that an equation gives.
      if (subs.slice(taken).some(introduces ? isWord : isAbbreviation)) continue;
      const rest = this.#digits(subs.slice(taken), spec);
      const count = rest.length - spec.subSlots;
      const fits = count < 0 ? this.#adapt(spec, rest.length) : this.#takes(spec, rest, count, introduces);
      if (fits) return { spec, rest };
    }
    return this.#matchLabelBehind(head, supLabel, subs, supCount);
  }

  /** `w_{ij}` of one unit j, which is a label, with i for its entries: the label stands behind the position. */
  #matchLabelBehind(
    head: string,
    supLabel: string,
    subs: readonly Syntax[],
    supCount: number,
  ): { spec: SymbolSpec; rest: readonly Syntax[] } | null {
    const rest = subs.filter((s) => this.#letters.mentionsIndex(s));
    const named = subs.filter((s) => !rest.includes(s));
    const [first] = subs;
    if (first === undefined || !rest.includes(first) || named.length === 0) return null;
    if (named.some((s) => letterOf(s) === null)) return null;
    const spec = this.#lookUp(idOf(`${head}${supLabel}_${named.map(scriptText).join(",")}`, supCount, false));
    if (spec?.supSlots !== supCount || spec.subSlots !== rest.length || spec.labelSide === "before") return null;
    return { spec, rest };
  }

  /** Fewer positions than were seen before: they begin to select members, or all of them turn out to be axes. */
  #adapt(spec: SymbolSpec, count: number): boolean {
    if (spec.declared) return false;
    if (spec.axes === null && count > 0) {
      spec.subSlots = count;
      return true;
    }
    if (count > 0 || (spec.axes !== null && spec.axes.length > 0) || spec.supSlots > 0) return false;
    spec.positionsAreAxes();
    return true;
  }

  /** Can `count` positions more than select a member be an entry of it? */
  #takes(spec: SymbolSpec, rest: readonly Syntax[], count: number, introduces: boolean): boolean {
    if (count === 0) return true;
    // A definition of `z_1` beside a vector `z` introduces a symbol of its own, unless `z_i = …` defines its other entries.
    const begins =
      this.#unitLayers.has(spec.head) || (spec.declared && spec.axes?.length === 1 && this.#subFamilies.has(spec.head));
    if (introduces && !begins && !rest.some((s) => this.#letters.mentionsIndex(s))) return false;
    if (!rest.every((s) => this.#isPosition(s))) return false;
    if (!spec.declared && this.#sumsOfParts.has(spec.head) && rest.every((s) => s.kind === "number")) return false;
    return spec.axes === null ? !spec.declared : spec.axes.length >= count;
  }

  /** `w_{ij}` is an entry of the matrix `W` where there is no `w`. */
  #matchCase(
    t: Scripted,
    head: string,
    label: string,
    supCount: number,
    introduces: boolean,
  ): { spec: SymbolSpec; rest: readonly Syntax[] } | null {
    const other = otherCase(t.symbol.name);
    if (t.subs.length === 0 || other === null || this.#headed(head).length > 0) return null;
    const otherHead = head.replace(t.symbol.name, other);
    if (this.#ownCase.has(head)) return null;
    const match = this.#match(otherHead, label, t.subs, supCount, introduces);
    // `y_{ij} = …` beside `Y = …`, of which no shape is known yet: the small letter with two positions is an entry.
    if (introduces && match?.spec.axes === null && !this.#ownCase.has(otherHead) && this.#isEntryOf(t, match.spec))
      return match;
    if (
      match === null ||
      match.spec.axes === null ||
      match.rest.length !== match.spec.subSlots + match.spec.axes.length
    )
      return null;
    return match.spec.axes.length > 0 ? match : null;
  }

  #isEntryOf(t: Scripted, { head, supSlots, subSlots, defined, written }: SymbolSpec): boolean {
    if (supSlots + subSlots > 0 || !defined || written.subs.length > 0 || !/^[a-z]$/.test(t.symbol.name)) return false;
    return (
      head === t.symbol.name.toUpperCase() && t.subs.length === 2 && t.subs.every((s) => this.#letters.mentionsIndex(s))
    );
  }

  /**
   * `G` where there is no G but entries `g_{ij}`: the matrix of these. A small letter with a label, `a^{(h)}`, is the
   * matrix `A^{(h)}` in the same way.
   */
  #matchWhole(t: Scripted, label: string, introduces: boolean): SymbolSpec | null {
    const { name, accents } = t.symbol;
    const isCapital = /^\\?[A-Z]/.test(name);
    const letter = otherCase(name);
    if (letter === null || t.subs.length + t.primes > 0) return null;
    if (!isCapital && (label === "" || introduces)) return null;
    const head = headKey(t.symbol);
    const known = this.#wholes.get(head + label);
    if (known !== undefined) return known;
    if (this.#ownCase.has(head)) return null;
    if (this.#headed(head).length > 0 || (!introduces && this.#introduced.has(head))) return null;
    const other = headKey({ ...t.symbol, accents, name: letter });
    const spec = this.#lookUp(other + label);
    if (spec === undefined || spec.supSlots > 0) return null;
    if (isCapital && spec.subSlots === 2 && !spec.scalarFamily && (spec.axes ?? []).length === 0)
      spec.positionsAreAxes();
    if (spec.subSlots > 0) return null;
    const order = spec.axes?.length ?? (this.#entryOrders.get(other) === 2 ? 2 : 0);
    if (order !== 2 && (isCapital || spec.axes !== null || !spec.defined)) return null;
    this.#wholes.set(head + label, spec);
    return spec;
  }

  /** `W^{(m)}` where there is no W but a family of matrices with the entries `w_{ij}^{(m)}`. */
  #wholeMember(t: Scripted, label: string, supCount: number): SymbolSpec | null {
    const isCapital = /^[A-Z]$/.test(t.symbol.name) && t.subs.length + t.primes === 0;
    if (!isCapital || this.#headed(headKey(t.symbol)).length > 0) return null;
    const other = headKey({ ...t.symbol, name: t.symbol.name.toLowerCase() });
    const spec = this.#lookUp(idOf(other + label, supCount, false));
    return spec?.subSlots === 0 && spec.axes?.length === 2 ? spec : null;
  }

  /** `$W_j$ is the $j$-th row of $W$`: with one position, W is that line. */
  #ownLine(
    head: string,
    { subs }: Scripted,
    supMembers: readonly Syntax[],
  ): { spec: SymbolSpec; slice: Syntax; along: 0 | 1 } | null {
    const named = this.#lines.get(head);
    const [slice, more] = subs;
    if (named?.matrix !== head || slice === undefined || more !== undefined || supMembers.length > 0) return null;
    const spec = this.#specs.get(head);
    return spec === undefined || spec.slots > 0 || spec.axes?.length !== 2 ? null : { spec, slice, along: named.along };
  }

  /** `x_i`, `a^{[2](i)}` where there is no `x` but a matrix `X`: its row or column i, as a column vector. */
  #matchSlice(
    t: Scripted,
    head: string,
    label: string,
    supMembers: readonly Syntax[],
  ): { spec: SymbolSpec; position: Syntax; along?: 0 | 1 } | null {
    const named = this.#lines.get(head);
    const lines = named === undefined ? undefined : this.#lookUp(named.matrix);
    const [place] = t.subs;
    if (named !== undefined && lines?.slots === 0 && place !== undefined && t.subs.length === 1)
      return { spec: lines, position: place, along: named.along };
    const { name } = t.symbol;
    if (!/^[a-z]$/.test(name) || this.#introduced.has(head) || this.#headed(head).some((s) => s.defined)) return null;
    const positions = [...supMembers, ...t.subs.filter((s) => this.#letters.mentionsIndex(s))];
    const labels = t.subs.filter((s) => !positions.includes(s)).map(scriptText);
    const [position] = positions;
    if (position === undefined || positions.length > 1 || !this.#hasRange(position)) return null;
    const key = head.replace(name, name.toUpperCase()) + label + (labels.length === 0 ? "" : `_${labels.join(",")}`);
    const spec = this.#lookUp(key);
    if (spec === undefined || spec.slots > 0) return null;
    // What is defined gets its shape from its equation; it is a matrix if its columns have a number of their own.
    const fits = spec.axes === null ? supMembers.length > 0 && this.#introduced.has(spec.head) : spec.axes.length === 2;
    return fits ? { spec, position } : null;
  }

  /**
   * `Y^{(i)}`, `a^{[2](i)}`, `x_j^{(i)}` where nothing introduces a family but there is a matrix of this letter, or of its
   * capital: the row or column of sample i, or an entry of it.
   */
  #matchSample(t: Scripted): Occurrence | null {
    const { name } = t.symbol;
    const running = t.sups.filter((p) => p.bracketed && this.#hasRange(p.content));
    const [position, second, more] = running;
    const own = headKey(t.symbol);
    if (position !== undefined && second !== undefined && more === undefined)
      return this.#columnOfLayer(own, t, second);
    if (position === undefined || second !== undefined || !/^[A-Za-z]$/.test(name)) return null;
    const isSmall = name === name.toLowerCase();
    const capital = headKey({ ...t.symbol, name: name.toUpperCase() });
    if (this.#runningHeads.has(own) || this.#runningHeads.has(capital)) return null;
    const column = this.#lookUp(own);
    if (isSmall && t.subs.length === 0 && column !== undefined && this.#isColumnAlong(column, position.content)) {
      const { actions } = this.#splitSups(own, { ...t, sups: t.sups.filter((p) => p !== position) });
      return { spec: column, members: [], entries: [position.content], actions };
    }
    if (isSmall && (this.#introduced.has(own) || this.#headed(own).some((s) => s.defined))) return null;
    const { label, actions } = this.#splitSups(capital, { ...t, sups: t.sups.filter((p) => p !== position) });
    const named = t.subs.filter((s) => !this.#isPosition(s) || s.kind === "number").map(scriptText);
    const entries = t.subs.filter((s) => this.#isPosition(s) && s.kind !== "number");
    const spec = this.#lookUp(capital + label + (named.length === 0 ? "" : `_${named.join(",")}`));
    if (spec === undefined || spec.slots > 0 || entries.length > 1) return null;
    // A column of samples has one entry for each.
    if (spec.axes?.length === 1 && entries.length === 0)
      return { spec, members: [], entries: [position.content], actions };
    const isMatrix = spec.axes === null ? this.#introduced.has(capital) : spec.axes.length === 2;
    return isMatrix ? { spec, members: [], entries, slice: position.content, actions } : null;
  }

  /** `Z^{[l](i)}` where the layers `Z^{[l]}` are matrices: example i of one of them. */
  #columnOfLayer(head: string, { sups, subs, primes }: Scripted, example: Superscript): Occurrence | null {
    const [layer, last, more] = sups;
    const spec = this.#headed(head).find((s) => s.supSlots === 1 && s.subSlots === 0 && s.axes?.length === 2);
    if (spec === undefined || layer === undefined || last !== example || more !== undefined) return null;
    if (subs.length > 0 || primes > 0) return null;
    return { spec, members: [layer.content], entries: [], slice: example.content, actions: [] };
  }

  /** `y \in \mathbb{R}^m` beside `y^{(i)}` with i up to m. */
  #isColumnAlong({ declared, slots, axes }: SymbolSpec, position: Syntax): boolean {
    const letter = letterOf(position);
    const high = letter === null ? null : (this.#letters.rangeOf(letter)?.high ?? null);
    const [axis, more] = axes ?? [];
    if (!declared || slots > 0 || axis === undefined || more !== undefined || high === null) return false;
    return plain(dimText(axis)) === plain(scriptText(high));
  }

  #hasRange(position: Syntax): boolean {
    return nodesIn(position).some((s) => {
      const letter = letterOf(s);
      return letter !== null && this.#letters.rangeOf(letter)?.high != null;
    });
  }

  /**
   * The axis that a position's letter runs along: by the size that its range ends in, else by its capital, as n to N; `null`
   * where neither tells.
   */
  axisAlong(position: Syntax, axes: readonly DimVar[]): number | null {
    let found: number | null = null;
    visit(position, (s) => {
      const letter = letterOf(s);
      if (letter === null) return;
      const high = this.#letters.rangeOf(letter)?.high ?? null;
      const size = high === null ? letter.toUpperCase() : plain(scriptText(high));
      const fits = axes.map((d) => plain(dimText(d)) === size);
      if (fits[0] !== fits[1]) found = fits[0] === true ? 0 : 1;
    });
    return found;
  }

  /** `T`, `T+1`: a size, or so many after it. */
  #isEnd(s: Syntax): boolean {
    if (s.kind !== "sum") return this.dimensionNames.has(scriptText(s));
    const counts = s.terms.filter(({ body }) => body.kind !== "number");
    return counts.length > 0 && counts.every(({ body }) => this.#isEnd(body));
  }

  // `w_{11}` of a matrix, and beside `w_{ij} = …`, is two positions.
  #digits(subs: readonly Syntax[], spec: SymbolSpec): readonly Syntax[] {
    const [only] = subs;
    const order = spec.subSlots + (spec.axes?.length ?? 0);
    // `u_{2k}` of a matrix is an entry of its second row, not the entry at twice k.
    if (subs.length === 1 && only?.kind === "juxtaposition" && order === 2) return only.items;
    const isMatrix =
      (spec.subSlots === 0 && spec.axes?.length === 2) ||
      (this.#entryOrders.get(spec.head) ?? this.#usedOrders.get(spec.head)) === order;
    if (subs.length !== 1 || only?.kind !== "number" || only.text.length !== 2 || order !== 2 || !isMatrix) return subs;
    return [...only.text].map((text) => ({ kind: "number", text, span: only.span }));
  }

  #isPosition(s: Syntax): boolean {
    if (s.kind === "number" || this.#letters.mentionsIndex(s)) return true;
    if (isWholeAxis(s) || isOnlyRow(s)) return true;
    // A dimension (`x_n` for the last entry) or an integer symbol (`p_{y}`).
    const inner = takeApart(s);
    if (inner !== null) return this.isInteger(inner) || this.dimensionNames.has(scriptText(s));
    return s.kind === "sum" && s.terms.every((term) => this.#isPosition(term.body));
  }

  #isInteger(s: Syntax): boolean {
    const t = takeApart(s);
    return t !== null && this.isInteger(t);
  }

  /** A symbol that holds a position: the class `y`, the class `y_i` of this example. */
  isInteger(t: Scripted): boolean {
    const own = this.#headed(headKey(t.symbol));
    const labelled = this.#lookUp(
      headKey(t.symbol) + (t.subs.length === 0 ? "" : `_${t.subs.map(scriptText).join(",")}`),
    );
    return (labelled ?? (own.length === 1 ? own[0] : undefined))?.integer === true;
  }

  /** Texts of the symbols that are dimensions; filled by the reader. */
  readonly dimensionNames = new Set<string>();

  #splitSups(head: string, t: Scripted): SplitScripts {
    let label = "";
    const supMembers: Syntax[] = [];
    const actions: Action[] = [];
    const isLayered = t.sups.filter((p) => p.bracketed).length > 1;
    for (const [k, { bracketed, content }] of t.sups.entries()) {
      if (bracketed) {
        const isLayer = isLayered && content.kind === "number" && !this.#runningPlaces.has(placeKey(head, k));
        if (!isLayer && this.#bracketFamilies.has(head) && this.#isMember(content)) supMembers.push(content);
        else label += `^(${scriptText(content)})`;
      } else if (isSureTransposeMark(content)) actions.push({ kind: "transpose", mark: content });
      else if (this.#bareFamilies.has(head) && this.#isMember(content)) supMembers.push(content);
      else if (this.#hasSupLabel(head, content) || this.#isLabel(head, content)) label += `^(${scriptText(content)})`;
      else if (isTransposeMark(content) && !this.#isExponent(content))
        actions.push({ kind: "transpose", mark: content });
      else actions.push({ kind: "power", exponent: content });
    }
    return { label, supMembers, actions };
  }

  /** `z^A_{ij}` has the label of `Z^A`, where there is no z. */
  #hasSupLabel(head: string, content: Syntax): boolean {
    const text = scriptText(content);
    return this.#headsOf(head).some((h) => this.#supLabels.has(`${h}^${text}`));
  }

  /** A name, and the matrix whose entries it may mean. */
  #headsOf(head: string): readonly string[] {
    return /^[a-z]$/.test(head) && !this.#introduced.has(head) ? [head, head.toUpperCase()] : [head];
  }

  #isMember(content: Syntax): boolean {
    if (content.kind === "number" || this.#letters.mentionsIndex(content)) return true;
    const text = scriptText(content);
    return (
      this.dimensionNames.has(text) || (content.kind === "sum" && content.terms.every((t) => this.#isMember(t.body)))
    );
  }

  #isLabel(head: string, content: Syntax): boolean {
    if (content.kind === "number")
      return this.#headsOf(head).some((h) => this.#numberLabels.has(h)) && !this.#isBareScalar(head);
    if (content.kind === "text") return true;
    if (content.kind !== "symbol") return false;
    return content.style === "roman" || content.name === "*" || content.name === "+" || content.name === "-";
  }

  /** `a` declared as a scalar: `a^1` beside `a^2` is a power of it, unless some `a^1` is introduced as well. */
  #isBareScalar(head: string): boolean {
    const spec = this.#lookUp(head);
    return spec?.declared === true && spec.axes?.length === 0 && !this.#numbered.has(head);
  }

  // `\gamma^t` with a scalar γ and an integer t; a transpose mark that is a declared scalar is none.
  #isExponent(content: Syntax): boolean {
    const letter = letterOf(content);
    return letter !== null && letter === "t" && this.#letters.isIndex("t");
  }
}

const plain = (text: string): string => text.replace(/[{}\s]/g, "");

const placeKey = (head: string, place: number): string => `${head} ${place}`;

/** `total`, `\text{tot}`. */
const isWord = (s: Syntax): boolean => isAbbreviation(s) || (s.kind === "symbol" && /^[A-Za-z]{2,}$/.test(s.name));
/** `BCE`, `\text{MSE}`: capitals that stand together below a symbol name it. */
const isAbbreviation = (s: Syntax): boolean => /^[A-Z]{2,}$/.test(s.kind === "symbol" ? s.name : scriptText(s));

/** On which side of its positions a symbol has its label, where that is a letter, and it has both. */
function labelSideOf(subs: readonly Syntax[], positions: readonly Syntax[]): SymbolSpec["labelSide"] {
  const names = subs.filter((s) => !positions.includes(s));
  if (positions.length === 0 || names.length === 0 || names.some((s) => letterOf(s) === null)) return null;
  return subs[0] === positions[0] ? "behind" : "before";
}
