//! Compiles the contract without `protoc` and refuses RPCs that do not say who may call them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, Value};

const PROTO_ROOT: &str = "../../proto";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={PROTO_ROOT}");
    let mut files = Vec::new();
    collect_protos(Path::new(PROTO_ROOT), &mut files)?;
    files.sort();

    let mut compiler = protox::Compiler::new([PROTO_ROOT])?;
    compiler.include_imports(true).include_source_info(true).open_files(&files)?;
    let encoded = compiler.encode_file_descriptor_set();
    let pool = DescriptorPool::decode(encoded.as_slice())?;

    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("policy.rs"), policy_table(&pool)?)?;
    fs::write(out.join("descriptor_set.bin"), &encoded)?;

    let set = prost_types::FileDescriptorSet::decode(encoded.as_slice())?;
    tonic_prost_build::configure().bytes(".").compile_fds(set)?;
    Ok(())
}

fn collect_protos(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect_protos(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    Ok(())
}

/// One line of Rust per RPC, from the options of the contract.
fn policy_table(pool: &DescriptorPool) -> Result<String, String> {
    let mut rows = String::new();
    for service in pool.services() {
        for method in service.methods() {
            let policy = method_policy(pool, &method)
                .map_err(|missing| format!("{}: {missing}", method.full_name()))?;
            let path = format!("/{}/{}", service.full_name(), method.name());
            writeln!(
                rows,
                "    RpcPolicy {{ path: {path:?}, permission: {:?}, scope_field: {:?}, exposure: Exposure::{}, idempotent: {} }},",
                policy.permission,
                policy.scope_field,
                if policy.public { "Public" } else { "Internal" },
                policy.idempotent,
            )
            .map_err(|error| error.to_string())?;
        }
    }
    Ok(format!("&[\n{rows}]\n"))
}

struct MethodPolicy {
    permission: String,
    scope_field: String,
    public: bool,
    idempotent: bool,
}

fn method_policy(pool: &DescriptorPool, method: &MethodDescriptor) -> Result<MethodPolicy, String> {
    let extension = |name: &str| {
        pool.get_extension_by_name(&format!("resync.common.v1.{name}"))
            .ok_or_else(|| format!("the contract does not define the option {name}"))
    };
    let options: DynamicMessage = method.options();
    let permission = options.get_extension(&extension("permission")?).into_owned();
    let permission =
        permission.as_message().ok_or("option (resync.common.v1.permission) is no message")?.clone();
    let text = |field: &str| {
        permission
            .get_field_by_name(field)
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let name = text("name");
    if name.is_empty() {
        return Err("option (resync.common.v1.permission) with a name is required".to_owned());
    }
    let scope_field = text("scope_field");
    if !scope_field.is_empty() && method.input().get_field_by_name(&scope_field).is_none() {
        return Err(format!("scope_field {scope_field:?} is no field of {}", method.input().full_name()));
    }
    let exposure = match *options.get_extension(&extension("exposure")?) {
        Value::EnumNumber(number) => number,
        _ => 0,
    };
    if exposure == 0 {
        return Err("option (resync.common.v1.exposure) is required".to_owned());
    }
    // 1 is NO_SIDE_EFFECTS and 2 is IDEMPOTENT in google.protobuf.MethodOptions.
    let level = match options.get_field_by_name("idempotency_level").as_deref() {
        Some(Value::EnumNumber(number)) => *number,
        _ => 0,
    };
    Ok(MethodPolicy { permission: name, scope_field, public: exposure == 1, idempotent: level > 0 })
}
