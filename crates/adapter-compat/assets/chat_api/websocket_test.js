// Every address is relative to the page, so that it works at a root and below a prefix.

const RECONNECT_MS = [1_000, 2_000, 5_000, 10_000];
const PING_MS = 30_000;
const MOST_FRAMES = 100;
const REMEMBERED = "chat-api-user";

/** @type {(id: string) => any} */
const at = (id) => document.getElementById(id);

let me = "";
/** @type {WebSocket | undefined} */
let socket;
let wanted = false;
let tries = 0;
/** @type {Set<string>} */
const shown = new Set();

/** Asks the API; the cookie says who asks. @param {string} path @param {string} [method] @param {unknown} [body] */
async function ask(path, method = "GET", body) {
  const headers = body === undefined ? undefined : { "Content-Type": "application/json" };
  const answer = await fetch(new URL(`api/${path}`, document.baseURI), {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "same-origin",
  });
  if (!answer.ok) throw new Error((await answer.text()).trim() || `status ${answer.status}`);
  return answer.json();
}

/** Runs an act of the user and shows what went wrong. @param {() => unknown} act */
async function attempt(act) {
  at("trouble").textContent = "";
  try {
    await act();
  } catch (error) {
    at("trouble").textContent = error.message;
  }
}

function connect() {
  wanted = true;
  socket?.close();
  const address = new URL("api/ws/connect", document.baseURI);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const opened = new WebSocket(address);
  socket = opened;
  showStatus("connecting", false);
  opened.addEventListener("message", ({ data }) => hear(data));
  opened.addEventListener("close", ({ code }) => {
    if (socket !== opened) return;
    socket = undefined;
    showStatus(`disconnected (${code})`, false);
    if (wanted) setTimeout(() => wanted && !socket && connect(), RECONNECT_MS[Math.min(tries++, RECONNECT_MS.length - 1)]);
  });
}

function disconnect() {
  wanted = false;
  socket?.close();
}

/** @param {Record<string, unknown>} frame */
function send(frame) {
  if (socket?.readyState !== WebSocket.OPEN) throw new Error("There is no connection");
  const text = JSON.stringify(frame);
  socket.send(text);
  note("→", text);
}

/** @param {string} text */
function hear(text) {
  note("←", text);
  const frame = JSON.parse(text);
  switch (frame.type) {
    case "connection":
      tries = 0;
      showStatus("connected", true);
      attempt(look);
      break;
    case "message":
    case "direct_message":
      show(frame.message);
      break;
    case "error":
      at("trouble").textContent = frame.error;
      break;
  }
}

/** @param {{ id: string, sender: string, recipient: string | null, content: string, created_at: string, room_id?: string }} message */
function show(message) {
  if (shown.has(message.id)) return;
  shown.add(message.id);
  const item = document.createElement("li");
  const time = document.createElement("time");
  time.dateTime = message.created_at;
  time.textContent = new Date(message.created_at).toLocaleTimeString();
  const sender = document.createElement("strong");
  sender.textContent = message.sender;
  const where = message.recipient ? ` → ${message.recipient}` : message.room_id ? " in a room" : "";
  item.className = message.recipient ? "direct" : "";
  item.append(time, " ", sender, `${where}: ${message.content}`);
  at("messages").append(item);
  at("messages").scrollTop = at("messages").scrollHeight;
}

async function loadHistory() {
  const messages = await ask("messages");
  clear();
  messages.forEach(show);
}

function clear() {
  shown.clear();
  at("messages").replaceChildren();
}

async function look() {
  const { connected_users: names } = await ask("ws/users");
  const item = (name) => Object.assign(document.createElement("li"), { textContent: name });
  at("connected").replaceChildren(...names.map(item));
  const choice = (name) => Object.assign(document.createElement("option"), { value: name });
  at("people").replaceChildren(...names.filter((name) => name !== me).map(choice));
}

/** @param {string} arrow @param {string} text */
function note(arrow, text) {
  const frames = at("frames");
  frames.append(Object.assign(document.createElement("li"), { textContent: `${arrow} ${text}` }));
  if (frames.childElementCount > MOST_FRAMES) frames.firstElementChild.remove();
  frames.scrollTop = frames.scrollHeight;
}

/** @param {string} words @param {boolean} isOn */
function showStatus(words, isOn) {
  at("status").textContent = words;
  at("status").className = isOn ? "on" : "off";
}

/** @param {string} username */
function signedIn(username) {
  me = username;
  if (username) localStorage.setItem(REMEMBERED, username);
  else localStorage.removeItem(REMEMBERED);
  at("me").textContent = username;
  at("signed-in").hidden = username === "";
  at("account").hidden = username !== "";
}

at("account").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const [username, email, password] = ["username", "email", "password"].map((name) => String(form.get(name)));
  attempt(async () => {
    if (event.submitter?.value === "register") await ask("auth/register", "POST", { username, email, password });
    const { user } = await ask("auth/login", "POST", { username, password });
    event.target.reset();
    signedIn(user.username);
    await loadHistory();
    connect();
  });
});

at("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const said = { content: String(form.get("content")), recipient: String(form.get("recipient")).trim() };
  attempt(async () => {
    if (form.get("way") === "http") await ask("messages", "POST", { sender: me, ...said });
    else send({ type: "message", ...said });
    event.target.elements.content.value = "";
  });
});

at("connect").addEventListener("click", () => attempt(connect));
at("disconnect").addEventListener("click", () => attempt(disconnect));
at("ping").addEventListener("click", () => attempt(() => send({ type: "ping" })));
at("history").addEventListener("click", () => attempt(loadHistory));
at("clear").addEventListener("click", clear);
at("look").addEventListener("click", () => attempt(look));
at("logout").addEventListener("click", () =>
  attempt(async () => {
    disconnect();
    await ask("auth/logout", "POST");
    signedIn("");
    clear();
  }),
);

setInterval(() => socket?.readyState === WebSocket.OPEN && send({ type: "ping" }), PING_MS);

// Who comes back may be signed in still: scripts do not see the cookie, so the server is asked.
if (localStorage.getItem(REMEMBERED)) {
  ask("auth/profile").then(
    async ({ username }) => {
      signedIn(username);
      await attempt(loadHistory);
      connect();
    },
    () => signedIn(""),
  );
}
