// Two Socket.IO clients side by side. Everything a real app needs is in Pane: a token, a socket that recovers, one event.

const ALICE = 1;
const BOB = 2;
const NOTIFICATIONS_KEPT = 50;
const LOG_ROWS_KEPT = 300;
const PARALLEL_REQUESTS = 6;
const TRANSPORTS = {
  websocket: { transports: ["websocket"] },
  polling: { transports: ["polling"] },
  upgrade: { transports: ["polling", "websocket"] },
};

const element = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search).get("transport");
const transport = Object.hasOwn(TRANSPORTS, asked ?? "") ? asked : "websocket";

/** When each follow was asked for, by "follower>target": the start of what is measured. */
const askedAt = new Map();
const panes = new Map();

// Tokens. Only the quick start hands them out like this; an app gets its user's token from its own login.

const users = new Map();
let socketPort = 0;

async function fetchUsers(ids) {
  const query = new URLSearchParams(ids.map((id) => ["user_id", id]));
  const response = await fetch(`/demo/session?${query}`, { cache: "no-store" });
  if (!response.ok) {
    throw new Error(`/demo/session answered ${response.status}`);
  }
  const session = await response.json();
  socketPort = session.socket_port;
  session.users.forEach((user) => users.set(user.user_id, user));
  return session;
}

async function keepTokensFresh() {
  try {
    const session = await fetchUsers([ALICE, BOB]);
    setTimeout(keepTokensFresh, session.valid_for_seconds * 750);
  } catch {
    setTimeout(keepTokensFresh, 5_000);
  }
}

// HTTP

async function call(user, method, path, body) {
  const send = () =>
    fetch(path, {
      method,
      headers: {
        Authorization: `Bearer ${users.get(user.user_id).token}`,
        ...(body && { "Content-Type": "application/json" }),
      },
      body: body && JSON.stringify(body),
    });
  const response = await send();
  if (response.status !== 401) {
    return response;
  }
  await fetchUsers([user.user_id]);
  return send();
}

async function problemOf(response) {
  const problem = await response.json().catch(() => ({}));
  return problem.detail ?? problem.title ?? "";
}

// One phone

class Pane {
  constructor(key, place, user, other) {
    this.key = key;
    this.user = user;
    this.other = other;
    this.following = false;
    this.missed = 0;
    /** Everything up to it has been shown. */
    this.offset = "0";
    /** What was asked for before this moment and arrives after it was missed and is replayed. */
    this.connectedAt = Infinity;
    this.wasConnected = false;
    this.root = element("pane-template").content.firstElementChild.cloneNode(true);
    this.root.dataset.pane = key;
    this.root.setAttribute("aria-label", `${user.user_name}'s phone`);
    this.part = (name) => this.root.querySelector(`.${name}`);
    for (const name of ["follow", "cut", "offline", "status", "replayed", "notifications"]) {
      this.part(name).id = `${key}-${name}`;
    }
    this.part("name").textContent = user.user_name;
    this.part("other-name").textContent = other.user_name;
    dress(this.part("avatar"), user);
    dress(this.part("other"), other);
    this.part("follow").addEventListener("click", () => this.toggleFollow());
    this.part("cut").addEventListener("click", () => this.cut());
    this.part("offline").addEventListener("click", () => this.toggleOffline());
    element(place).replaceWith(this.root);
  }

  /** The inbox first, then live from exactly there: nothing is missed in between, and nothing shows twice. */
  async start() {
    await this.readInbox();
    this.connect();
    await this.readFollowing();
  }

  async readInbox() {
    const items = [];
    let page;
    do {
      const after = items.at(-1)?.seq ?? 0;
      const response = await call(this.user, "GET", `/notifications?limit=100&after=${after}`);
      page = await response.json();
      items.push(...page.items);
    } while (page.items.length === 100);
    this.offset = String(items.at(-1)?.seq ?? page.head);
    this.part("notifications").replaceChildren();
    this.part("empty").hidden = false;
    items
      .slice(-NOTIFICATIONS_KEPT)
      .forEach(({ data }) => this.showNotification(data, data.user_name ?? `User ${data.user_id}`));
    this.log("HTTP", `GET /notifications → ${items.length} in the inbox`);
  }

  /** The log no longer reaches back to what this phone saw last: the current state has to do. */
  async resync(reason) {
    this.log("Socket.IO", `resync needed: ${reason}`);
    await this.readInbox();
    await this.readFollowing();
  }

  async readFollowing() {
    const response = await call(this.user, "GET", "/followings?limit=100");
    const { items } = await response.json();
    this.showFollowing(items.some((item) => item.user_id === this.other.user_id));
  }

  connect() {
    this.socket?.disconnect();
    this.socket = io(`${location.protocol}//${location.hostname}:${socketPort}`, {
      ...TRANSPORTS[transport],
      forceNew: true,
      // Long enough to press Follow on the other side meanwhile.
      reconnectionDelay: 2_000,
      reconnectionDelayMax: 4_000,
      randomizationFactor: 0,
      // A function, because each reconnection needs the token and the offset of that moment.
      auth: (send) => send({ token: users.get(this.user.user_id).token, offset: this.offset }),
    });
    this.socket.on("connect", () => this.connected());
    this.socket.on("disconnect", (reason) => this.disconnected(reason));
    this.socket.on("connect_error", (error) => this.refused(error));
    this.socket.on("following notify", (follow, offset) => this.notified(follow, offset));
    // What a refresh cannot save, the next connect does: it takes a new token, too.
    this.socket.on("token expiring", () => this.refreshToken().catch(() => {}));
    this.socket.on("resync needed", ({ reason }) => this.resync(reason));
    this.socket.io.on("reconnect_attempt", (attempt) => this.showState("reconnecting", `reconnecting (${attempt})`));
    this.showState("connecting", "connecting");
  }

  connected() {
    const { engine } = this.socket.io;
    this.connectedAt = performance.now();
    this.showTransport();
    engine.once("upgrade", () => {
      this.showTransport();
      this.log("Socket.IO", `upgraded to ${engine.transport.name}`);
    });
    const how = this.socket.recovered ? "connected again, state recovered" : this.wasConnected ? "connected again" : "connected";
    this.log("Socket.IO", `${how} over ${engine.transport.name}`);
    this.wasConnected = true;
    this.part("cut").disabled = false;
  }

  showTransport() {
    const name = this.socket.io.engine.transport.name;
    this.part("status").dataset.transport = name;
    this.showState("connected", `connected · ${name}`);
  }

  disconnected(reason) {
    this.log("Socket.IO", `disconnected: ${reason}`, true);
    this.connectedAt = Infinity;
    this.missed = 0;
    this.part("replayed").hidden = true;
    this.part("cut").disabled = true;
    if (this.isOffline()) {
      this.showState("offline", "offline");
    } else if (this.socket.active) {
      this.showState("reconnecting", "reconnecting");
    } else if (reason === "io server disconnect") {
      // The token ended, or the server stops. The socket stays, because it knows the last offset.
      this.showState("reconnecting", "reconnecting");
      this.withNewToken(() => this.socket.connect());
    }
  }

  /** A refusal is final for Socket.IO; whatever else went wrong it tries again by itself. */
  refused(error) {
    const code = error.data?.code;
    this.log("Socket.IO", `connect_error: ${error.message}${code ? ` (${code})` : ""}`, true);
    if (this.socket.active) {
      this.showState("reconnecting", "reconnecting");
      return;
    }
    this.showState("refused", "refused");
    const isStartedAnew = code === "token_invalid";
    // With other keys the log is another one, too: offsets and relations of before mean nothing there.
    this.withNewToken(() => (isStartedAnew ? this.start() : this.socket.connect()));
  }

  async withNewToken(action) {
    try {
      await fetchUsers([this.user.user_id]);
      setTimeout(action, 1_000);
    } catch {
      setTimeout(() => this.withNewToken(action), 3_000);
    }
  }

  async refreshToken() {
    await fetchUsers([this.user.user_id]);
    await this.socket.timeout(5_000).emitWithAck("token refresh", users.get(this.user.user_id).token);
    this.log("Socket.IO", "token refreshed");
  }

  notified(follow, offset) {
    this.offset = offset ?? this.offset;
    const now = performance.now();
    const name = follow.user_name ?? `User ${follow.user_id}`;
    const start = takeStart(follow.user_id, this.user.user_id);
    const milliseconds = start === undefined ? undefined : now - start;
    const wasMissed = (start ?? follow.timestamp * 1_000 + 999 - performance.timeOrigin) < this.connectedAt;
    this.log("Socket.IO", `following notify: ${name} follows you${offset ? `, offset ${offset}` : ""}`);
    this.showNotification(follow, name, milliseconds, wasMissed);
    if (wasMissed) {
      this.missed += 1;
      this.part("replayed").hidden = false;
      this.part("replayed").dataset.count = this.missed;
      this.part("replayed").textContent = `Back again: ${this.missed} missed, replayed.`;
    }
    if (burst.isWaitingFor(follow.user_id, this.user.user_id)) {
      burst.arrived(follow.user_id, milliseconds);
    } else if (milliseconds !== undefined && !wasMissed) {
      showLatency(this, milliseconds);
    }
  }

  showNotification(follow, name, milliseconds, wasMissed = false) {
    const item = document.createElement("li");
    item.className = "notification";
    item.dataset.userId = follow.user_id;
    item.dataset.missed = wasMissed;
    const avatar = document.createElement("span");
    avatar.className = "avatar";
    avatar.setAttribute("aria-hidden", "true");
    dress(avatar, { user_id: follow.user_id, user_name: name });
    const text = document.createElement("p");
    const who = document.createElement("strong");
    who.textContent = name;
    text.append(who, " follows you");
    const time = document.createElement("span");
    time.className = "ms";
    if (wasMissed) {
      time.textContent = "replayed";
    } else if (milliseconds !== undefined) {
      item.dataset.ms = milliseconds.toFixed(1);
      time.textContent = `${shown(milliseconds)} ms`;
    } else {
      time.textContent = new Date(follow.timestamp * 1_000).toLocaleTimeString();
    }
    item.append(avatar, text, time);
    const list = this.part("notifications");
    list.prepend(item);
    while (list.childElementCount > NOTIFICATIONS_KEPT) {
      list.lastElementChild.remove();
    }
    this.part("empty").hidden = true;
  }

  async toggleFollow() {
    const start = performance.now();
    const follow = !this.following;
    this.part("follow").disabled = true;
    try {
      await (follow ? this.follow(start) : this.unfollow(start));
    } catch (failure) {
      this.log("HTTP", `no answer: ${failure.message}`, true);
    } finally {
      this.part("follow").disabled = this.isOffline();
    }
  }

  async follow(start) {
    const target = this.other.user_id;
    noteStart(this.user.user_id, target, start);
    const response = await call(this.user, "POST", "/followings", { target });
    await this.logAnswer(`POST /followings {"target": ${target}}`, response, start);
    if (response.status !== 201) {
      takeStart(this.user.user_id, target);
    }
    if (response.ok) {
      this.showFollowing(true);
    }
  }

  async unfollow(start) {
    const path = `/followings/${this.other.user_id}`;
    const response = await call(this.user, "DELETE", path);
    await this.logAnswer(`DELETE ${path}`, response, start);
    if (response.ok) {
      this.showFollowing(false);
    }
  }

  async logAnswer(request, response, start) {
    const took = shown(performance.now() - start);
    const detail = response.ok ? "" : ` ${await problemOf(response)}`;
    this.log("HTTP", `${request} → ${response.status} in ${took} ms${detail}`, !response.ok);
  }

  showFollowing(following) {
    const button = this.part("follow");
    this.following = following;
    button.disabled = this.isOffline();
    button.textContent = following ? "Unfollow" : "Follow";
    button.setAttribute("aria-pressed", String(following));
    button.setAttribute(
      "aria-label",
      `${this.user.user_name}: ${following ? "unfollow" : "follow"} ${this.other.user_name}`,
    );
    this.part("relation").textContent = following ? "you follow" : "not followed";
  }

  /** As a tunnel or a lift does it: the connection is gone, nobody says goodbye. */
  cut() {
    this.log("Socket.IO", "connection cut");
    this.socket.io.engine?.close();
  }

  isOffline() {
    return this.part("offline").getAttribute("aria-pressed") === "true";
  }

  toggleOffline() {
    const offline = !this.isOffline();
    this.part("offline").setAttribute("aria-pressed", String(offline));
    this.part("offline").textContent = offline ? "Go online" : "Go offline";
    this.part("follow").disabled = offline;
    this.log("Socket.IO", offline ? "went offline" : "went online");
    this.socket.io.reconnection(!offline);
    if (offline) {
      this.socket.io.engine?.close();
      this.showState("offline", "offline");
    } else {
      this.showState("reconnecting", "reconnecting");
      this.socket.connect();
    }
  }

  showState(state, text) {
    this.part("status").dataset.state = state;
    this.part("status-text").textContent = text;
  }

  log(over, what, bad = false) {
    log(this.user.user_name, over, what, bad);
  }
}

// Burst

const burst = {
  waiting: new Set(),
  times: [],
  target: 0,

  isWaitingFor(follower, target) {
    return target === this.target && this.waiting.has(follower);
  },

  arrived(follower, milliseconds) {
    this.waiting.delete(follower);
    this.times.push(milliseconds);
    this.show();
  },

  async run(count, target) {
    const first = 1_000_000 + Math.floor(Math.random() * 1_000_000_000);
    const ids = Array.from({ length: count }, (_, i) => first + i);
    this.target = target;
    this.times = [];
    this.waiting = new Set(ids);
    this.count = count;
    element("burst-result").dataset.state = "running";
    this.show();
    for (let i = 0; i < count; i += 100) {
      await fetchUsers(ids.slice(i, i + 100));
    }
    const start = performance.now();
    const queue = ids.map((id) => users.get(id));
    await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, () => this.followFrom(queue, target)));
    const took = Math.round(performance.now() - start);
    log("Burst", "HTTP", `${count} × POST /followings {"target": ${target}} in ${took} ms`);
    ids.forEach((id) => users.delete(id));
  },

  async followFrom(queue, target) {
    for (let user = queue.shift(); user; user = queue.shift()) {
      noteStart(user.user_id, target, performance.now());
      const response = await call(user, "POST", "/followings", { target });
      if (response.status !== 201) {
        this.waiting.delete(user.user_id);
        log("Burst", "HTTP", `POST /followings → ${response.status} ${await problemOf(response)}`, true);
      }
    }
  },

  show() {
    const sorted = this.times.filter((time) => time !== undefined).sort((a, b) => a - b);
    const figure = (index) => (sorted.length ? `${shown(sorted[index])} ms` : "–");
    element("burst-arrived").textContent = `${this.times.length} of ${this.count}`;
    element("burst-min").textContent = figure(0);
    element("burst-median").textContent = figure(Math.floor(sorted.length / 2));
    element("burst-max").textContent = figure(sorted.length - 1);
    if (this.waiting.size === 0) {
      element("burst-result").dataset.state = "done";
    }
  },
};

// Small things

function noteStart(follower, target, start) {
  askedAt.set(`${follower}>${target}`, start);
}

function takeStart(follower, target) {
  const key = `${follower}>${target}`;
  const start = askedAt.get(key);
  askedAt.delete(key);
  return start;
}

function shown(milliseconds) {
  return milliseconds < 100 ? milliseconds.toFixed(1) : String(Math.round(milliseconds));
}

function dress(avatar, user) {
  avatar.dataset.user = user.user_id;
  avatar.textContent = user.user_name.charAt(0);
}

function showLatency(pane, milliseconds) {
  element("latency").dataset.state = "measured";
  element("latency").dataset.ms = milliseconds.toFixed(1);
  element("latency-ms").textContent = shown(milliseconds);
  element("latency-arrow").textContent = pane.key === "bob" ? "→" : "←";
  element("latency-label").textContent = `until ${pane.user.user_name} knew`;
}

function log(who, over, what, bad = false) {
  const row = document.createElement("tr");
  row.dataset.over = over;
  row.dataset.bad = bad;
  const now = new Date();
  const time = `${now.toTimeString().slice(0, 8)}.${String(now.getMilliseconds()).padStart(3, "0")}`;
  for (const text of [time, who, over, what]) {
    row.insertCell().textContent = text;
  }
  element("log").prepend(row);
  while (element("log").childElementCount > LOG_ROWS_KEPT) {
    element("log").lastElementChild.remove();
  }
}

function showProblem(text) {
  element("problem").textContent = text;
  element("problem").hidden = false;
}

async function start() {
  document.querySelector(`[data-transport="${transport}"]`).setAttribute("aria-current", "true");
  element("log-clear").addEventListener("click", () => element("log").replaceChildren());
  element("burst-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    element("burst-start").disabled = true;
    try {
      await burst.run(Number(element("burst-count").value), Number(element("burst-target").value));
    } catch (failure) {
      log("Burst", "HTTP", `no answer: ${failure.message}`, true);
    } finally {
      element("burst-start").disabled = false;
    }
  });
  const session = await fetchUsers([ALICE, BOB]);
  const [alice, bob] = session.users;
  panes.set("alice", new Pane("alice", "pane-left", alice, bob));
  panes.set("bob", new Pane("bob", "pane-right", bob, alice));
  setTimeout(keepTokensFresh, session.valid_for_seconds * 750);
  await Promise.all([...panes.values()].map((pane) => pane.start()));
  document.documentElement.dataset.ready = "true";
}

start().catch((failure) => showProblem(`The quick start does not answer: ${failure.message}. Is it still running?`));
