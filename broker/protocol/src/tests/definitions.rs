//! Reads the message definitions and makes wire bytes from them, without the generated code: the
//! judge of the generated code.

use serde_json::Value;

/// Numbers that look random and are the same in every run of a seed (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }
}

/// Whether fields that nobody defined are put among the tagged ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnknownTags {
    None,
    Some,
}

pub(super) fn all() -> Vec<Value> {
    let text = include_str!("../../messages/messages.json");
    let all: Vec<Value> = serde_json::from_str(text).unwrap();
    all.into_iter()
        .filter(|one| one["validVersions"] != "none")
        .collect()
}

pub(super) fn range(versions: &Value) -> (i64, i64) {
    let text = versions.as_str().unwrap_or("none");
    if text == "none" {
        return (1, 0);
    }
    if let Some(lowest) = text.strip_suffix('+') {
        return (lowest.parse().unwrap(), i64::MAX);
    }
    let (lowest, highest) = text.split_once('-').unwrap_or((text, text));
    (lowest.parse().unwrap(), highest.parse().unwrap())
}

fn within(versions: &Value, version: i16) -> bool {
    let (lowest, highest) = range(versions);
    (lowest..=highest).contains(&i64::from(version))
}

/// Makes the bytes of one message in one version.
pub(super) struct Maker<'a> {
    message: &'a Value,
    version: i16,
    dice: Dice,
    unknown_tags: UnknownTags,
}

impl<'a> Maker<'a> {
    pub(super) fn bytes(
        message: &'a Value,
        version: i16,
        seed: u64,
        unknown_tags: UnknownTags,
    ) -> Vec<u8> {
        let mut maker = Self {
            message,
            version,
            dice: Dice(seed),
            unknown_tags,
        };
        let mut out = Vec::new();
        maker.structure(message["fields"].as_array().unwrap(), &mut out);
        out
    }

    fn is_flexible(&self, field: Option<&Value>) -> bool {
        let own = field
            .map(|field| &field["flexibleVersions"])
            .filter(|own| !own.is_null());
        within(
            own.unwrap_or(&self.message["flexibleVersions"]),
            self.version,
        )
    }

    fn structure(&mut self, fields: &'a [Value], out: &mut Vec<u8>) {
        let mut tagged = Vec::new();
        for field in fields {
            let versions = if field["versions"].is_null() {
                "taggedVersions"
            } else {
                "versions"
            };
            if !within(&field[versions], self.version) {
                continue;
            }
            if field["tag"].is_null() {
                self.field(field, false, out);
            } else if self.dice.below(2) == 0 {
                let mut content = Vec::new();
                self.field(field, true, &mut content);
                tagged.push((field["tag"].as_u64().unwrap(), content));
            }
        }
        if !self.is_flexible(None) {
            return;
        }
        tagged.sort_by_key(|(tag, _)| *tag);
        if self.unknown_tags == UnknownTags::Some {
            tagged.push((7_000, b"from the future".to_vec()));
        }
        varint(tagged.len() as u64, out);
        for (tag, content) in tagged {
            varint(tag, out);
            varint(content.len() as u64, out);
            out.extend(content);
        }
    }

    /// A tagged field is never at its default here: it would not be on the wire.
    fn field(&mut self, field: &'a Value, is_tagged: bool, out: &mut Vec<u8>) {
        let compact = self.is_flexible(Some(field));
        let type_name = field["type"].as_str().unwrap();
        let nullable = within(&field["nullableVersions"], self.version);
        let default_null = matches!(&field["default"], Value::String(text) if text == "null")
            || (nullable && field.get("default").is_some_and(Value::is_null));
        let null_allowed = nullable && (!is_tagged || !default_null);
        let is_null = null_allowed && self.dice.below(3) == 0;
        if let Some(element) = type_name.strip_prefix("[]") {
            let least = u64::from(is_tagged);
            let count = if is_null {
                -1
            } else {
                (least + self.dice.below(3)).cast_signed()
            };
            length(compact, 4, count, out);
            for _ in 0..count {
                self.value(field, element, compact, is_tagged, out);
            }
        } else if is_null && type_name.starts_with(char::is_uppercase) {
            out.push(0xff);
        } else if is_null {
            length(compact, if type_name == "string" { 2 } else { 4 }, -1, out);
        } else {
            if nullable && type_name.starts_with(char::is_uppercase) {
                out.push(1);
            }
            self.value(field, type_name, compact, is_tagged, out);
        }
    }

    fn value(
        &mut self,
        field: &'a Value,
        type_name: &str,
        compact: bool,
        is_tagged: bool,
        out: &mut Vec<u8>,
    ) {
        // No default lies among these numbers.
        let number = 3_000 + self.dice.below(20_000);
        match type_name {
            "bool" if is_tagged => out.push(u8::from(field["default"] != "true")),
            "bool" => out.push(u8::from(number.is_multiple_of(2))),
            "int8" => out.push(20 + u8::try_from(number % 100).unwrap()),
            "int16" | "uint16" => out.extend(u16::try_from(number).unwrap().to_be_bytes()),
            "int32" => out.extend((u32::try_from(number).unwrap() * 70_000).to_be_bytes()),
            "int64" => out.extend((number * 0x1_0000_1234).to_be_bytes()),
            "float64" => out.extend(f64::from(u32::try_from(number).unwrap()).to_be_bytes()),
            "uuid" => out.extend((u128::from(number) << 64).to_be_bytes()),
            "string" => {
                let text = "käfka".repeat(usize::try_from(number % 40).unwrap() + 1);
                length(compact, 2, i64::try_from(text.len()).unwrap(), out);
                out.extend(text.bytes());
            }
            "bytes" | "records" => {
                let payload = vec![7; usize::try_from(number % 2_000).unwrap() + 1];
                length(compact, 4, i64::try_from(payload.len()).unwrap(), out);
                out.extend(payload);
            }
            other => {
                let fields = self.fields_of(field, other);
                self.structure(fields, out);
            }
        }
    }

    fn fields_of(&self, field: &'a Value, name: &str) -> &'a [Value] {
        if let Some(own) = field["fields"].as_array() {
            return own;
        }
        let shared = self.message["commonStructs"].as_array().map(Vec::as_slice);
        let shared = shared
            .unwrap_or_default()
            .iter()
            .find(|one| one["name"] == name);
        let nested = || find(self.message["fields"].as_array().unwrap(), name);
        match shared {
            Some(shared) => shared["fields"].as_array().unwrap(),
            None => nested().unwrap_or_else(|| panic!("{name} is not defined")),
        }
    }
}

fn find<'a>(fields: &'a [Value], name: &str) -> Option<&'a [Value]> {
    fields.iter().find_map(|field| {
        let own = field["fields"].as_array()?;
        let type_name = field["type"].as_str()?.trim_start_matches("[]");
        if type_name == name {
            Some(own.as_slice())
        } else {
            find(own, name)
        }
    })
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value > 0x7f {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}

fn length(compact: bool, width: usize, length: i64, out: &mut Vec<u8>) {
    if compact {
        varint((length + 1).cast_unsigned(), out);
    } else {
        out.extend(&length.to_be_bytes()[8 - width..]);
    }
}
