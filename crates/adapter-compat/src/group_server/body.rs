//! What may be said: an object with a `type`, which becomes the `body` of a frame as it was sent.
//!
//! What is kept of it is text that everybody can read: the content of a text, and of a file a link that says all there
//! is to say of it, `[report.pdf](<https://files.example/9> 'application/pdf, 1234 bytes, file 9')`, from which its body is made
//! again.

use rialto_messaging::MessageContent;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The largest body, in bytes as it is sent.
pub(super) const MAX_BYTES: usize = 10_240;

const TOO_LARGE: &str = "Message size exceeds limit";
const BAD_FILE: &str = "file messages must have 'file_id', 'filename', 'mime_type', 'url' and 'size_in_bytes' fields";

/// What somebody wants to say.
#[derive(Debug)]
pub(super) struct Said {
    /// As it is kept.
    pub content: MessageContent,
    /// As it was sent.
    pub body: Value,
    /// What kind of body it is.
    pub kind: Kind,
}

/// What kind of body it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    File,
}

/// A file that lies elsewhere.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct File {
    file_id: Value,
    filename: String,
    mime_type: String,
    url: String,
    size_in_bytes: u64,
}

/// Reads a body; the refusal is for its sender.
pub(super) fn parse(text: &str) -> Result<Said, String> {
    if text.len() > MAX_BYTES {
        return Err(TOO_LARGE.to_owned());
    }
    let body = serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
    let body = body.ok_or("Invalid message body JSON")?;
    let (kind, content) = match body.get("type").and_then(Value::as_str) {
        None => return Err("Message body must have a 'type' field".to_owned()),
        Some("text") => {
            let content = body.get("content").and_then(Value::as_str).filter(|content| !content.is_empty());
            let content = content.ok_or("text messages must have a non-empty 'content' field")?;
            (Kind::Text, content.to_owned())
        }
        Some("file") => (Kind::File, File::read(&body).ok_or(BAD_FILE)?.to_link()),
        Some(_) => return Err("unsupported message type".to_owned()),
    };
    let content =
        MessageContent::parse_of_at_most(&content, MessageContent::LONGEST).map_err(|why| match why.code {
            "too_long" => TOO_LARGE.to_owned(),
            _ => format!("the message {}", why.message),
        })?;
    Ok(Said { content, body, kind })
}

/// The body of what is kept. What is no file any more, since it was said differently, is text.
pub(super) fn restore(content: &str, kind: Kind) -> Value {
    let file = (kind == Kind::File).then(|| File::of_link(content)).flatten();
    match file {
        Some(File { file_id, filename, mime_type, url, size_in_bytes }) => json!({
            "type": "file",
            "file_id": file_id,
            "filename": filename,
            "mime_type": mime_type,
            "url": url,
            "size_in_bytes": size_in_bytes,
        }),
        None => json!({ "type": "text", "content": content }),
    }
}

impl File {
    /// The file of a body, if it says all that a file has.
    fn read(body: &Value) -> Option<Self> {
        let file = Self::deserialize(body).ok()?;
        let names_itself = match &file.file_id {
            Value::String(id) => !id.is_empty(),
            Value::Number(_) => true,
            _ => false,
        };
        let is_whole = [&file.filename, &file.mime_type, &file.url].iter().all(|text| !text.trim().is_empty());
        (names_itself && is_whole).then_some(file)
    }

    /// A Markdown link: name, address, and the rest as its title.
    fn to_link(&self) -> String {
        let Self { file_id, filename, mime_type, url, size_in_bytes } = self;
        let (name, url) = (escape(filename, "[]"), escape(url, "<>"));
        let title = escape(&format!("{mime_type}, {size_in_bytes} bytes, file {file_id}"), "'");
        format!("[{name}](<{url}> '{title}')")
    }

    fn of_link(link: &str) -> Option<Self> {
        let (filename, rest) = unescape_until(link.strip_prefix('[')?, ']')?;
        let (url, rest) = unescape_until(rest.strip_prefix("(<")?, '>')?;
        let (title, rest) = unescape_until(rest.strip_prefix(" '")?, '\'')?;
        let (mime_and_size, file_id) = title.rsplit_once(" bytes, file ")?;
        let (mime_type, size) = mime_and_size.rsplit_once(", ")?;
        let file = Self {
            file_id: serde_json::from_str(file_id).ok()?,
            filename,
            mime_type: mime_type.to_owned(),
            url,
            size_in_bytes: size.parse().ok()?,
        };
        (rest == ")").then_some(file)
    }
}

/// With a backslash before what would end it, as Markdown has it.
fn escape(text: &str, ends: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\\' || ends.contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// What was escaped, up to its end, and what follows.
fn unescape_until(text: &str, end: char) -> Option<(String, &str)> {
    let mut plain = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => plain.push(chars.next()?.1),
            c if c == end => return Some((plain, &text[at + c.len_utf8()..])),
            c => plain.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(filename: &str, file_id: &Value) -> Value {
        json!({
            "type": "file", "file_id": file_id, "filename": filename, "mime_type": "application/pdf; q='1'",
            "url": "https://files.example/9?a=(b)<c>", "size_in_bytes": 1_234,
        })
    }

    #[test]
    fn a_file_is_kept_as_a_link_and_comes_back_whole() {
        for (name, id) in
            [("report.pdf", json!(9)), ("a [b] \\ 'c'.pdf", json!("x-\"9\"")), ("日本.pdf", json!("9, file 1"))]
        {
            let sent = file(name, &id);
            let said = parse(&sent.to_string()).unwrap();
            assert_eq!(said.kind, Kind::File);
            assert_eq!(said.body, sent);
            assert_eq!(restore(said.content.as_str(), said.kind), sent, "{}", said.content.as_str());
        }
        let plain = json!({
            "type": "file", "file_id": 9, "filename": "report.pdf", "mime_type": "application/pdf",
            "url": "https://files.example/9", "size_in_bytes": 1_234,
        });
        let link = "[report.pdf](<https://files.example/9> 'application/pdf, 1234 bytes, file 9')";
        assert_eq!(parse(&plain.to_string()).unwrap().content.as_str(), link);
    }

    #[test]
    fn what_is_no_file_is_text() {
        let link = "[a](<b> 'c, 1 bytes, file 9')";
        assert_eq!(restore(link, Kind::Text), json!({ "type": "text", "content": link }));
        for text in ["hi", "[a", "[a](<b> 'c, 1 bytes, file 9') and more", "[a](<b> 'c, x bytes, file 9')", "[a\\"] {
            assert_eq!(restore(text, Kind::File), json!({ "type": "text", "content": text }));
        }
    }

    #[test]
    fn each_refusal_says_what_is_missing() {
        let refusal = |text: &str| parse(text).unwrap_err();
        for text in ["", "hi", "[]", "7", "{"] {
            assert_eq!(refusal(text), "Invalid message body JSON", "{text}");
        }
        for text in ["{}", r#"{"type":7}"#, r#"{"content":"hi"}"#] {
            assert_eq!(refusal(text), "Message body must have a 'type' field", "{text}");
        }
        for text in [r#"{"type":"text"}"#, r#"{"type":"text","content":""}"#, r#"{"type":"text","content":7}"#] {
            assert_eq!(refusal(text), "text messages must have a non-empty 'content' field", "{text}");
        }
        for missing in ["file_id", "filename", "mime_type", "url", "size_in_bytes"] {
            let mut body = file("a.pdf", &json!(9));
            body.as_object_mut().unwrap().remove(missing);
            assert_eq!(refusal(&body.to_string()), BAD_FILE, "{missing}");
        }
        assert_eq!(refusal(&file("a.pdf", &json!([9])).to_string()), BAD_FILE);
        assert_eq!(refusal(r#"{"type":"audio"}"#), "unsupported message type");
        assert!(refusal(r#"{"type":"text","content":" "}"#).starts_with("the message must "));
    }

    #[test]
    fn a_body_has_10_240_bytes_and_no_more() {
        let text = |length: usize| format!(r#"{{"type":"text","content":"{}"}}"#, "x".repeat(length));
        let around = text(0).len();
        assert_eq!(parse(&text(MAX_BYTES - around)).unwrap().kind, Kind::Text);
        assert_eq!(parse(&text(MAX_BYTES - around + 1)).unwrap_err(), TOO_LARGE);
    }
}
