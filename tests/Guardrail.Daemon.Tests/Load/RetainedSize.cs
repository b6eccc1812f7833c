using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Guardrail.Daemon.Tests.Load;

/// <summary>
/// Bytes of all objects that can be reached from one, by its fields, as a 64-bit runtime lays them out. Not followed: what belongs to a test, to the
/// runtime's threads and types, or to other libraries. So it tells what the program keeps, and not what buffers the network libraries hold on to.
/// </summary>
internal static class RetainedSize
{
    private const int Header = 16;
    private const int Pointer = 8;

    private static readonly MethodInfo Sizes = typeof(RetainedSize).GetMethod(nameof(Primitive), BindingFlags.Static | BindingFlags.NonPublic)!;

    private static readonly ConcurrentDictionary<Type, (long Size, FieldInfo[] References)> Layouts = new();

    private static readonly ConcurrentDictionary<Type, bool> Followed = new();

    /// <summary>The bytes, and how many objects hold them.</summary>
    public static (long Bytes, int Objects) Of(object root)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>();
        open.Push(root);
        var bytes = 0L;
        while (open.TryPop(out var next))
        {
            if (!IsFollowed(next) || !seen.Add(next))
            {
                continue;
            }

            bytes += next switch
            {
                string text => Header + 6 + (2L * text.Length),
                Array list => Header + Pointer + (list.LongLength * SizeOf(list.GetType().GetElementType()!)),
                _ => Header + LayoutOf(next.GetType()).Size,
            };
            Follow(next, open);
        }

        return (bytes, seen.Count);
    }

    private static void Follow(object next, Stack<object> open)
    {
        if (next is Array list)
        {
            var element = list.GetType().GetElementType()!;
            if (!element.IsValueType || LayoutOf(element).References.Length > 0)
            {
                foreach (var item in list)
                {
                    Enter(item, open);
                }
            }
        }
        else if (next is not string)
        {
            EnterFields(next, open);
        }
    }

    private static void EnterFields(object holder, Stack<object> open)
    {
        foreach (var field in LayoutOf(holder.GetType()).References)
        {
            Enter(field.GetValue(holder), open);
        }
    }

    private static void Enter(object? value, Stack<object> open)
    {
        if (value is null)
        {
            return;
        }

        if (value.GetType().IsValueType)
        {
            // Lies within its holder, where its bytes are counted; what it points to does not.
            EnterFields(value, open);
        }
        else
        {
            open.Push(value);
        }
    }

    private static bool IsFollowed(object value)
    {
        var type = value.GetType();
        var element = type.IsArray ? type.GetElementType()! : type;
        return value is not (Delegate or MemberInfo or Type) && Followed.GetOrAdd(element, static type => IsFollowed(type));
    }

    private static bool IsFollowed(Type type) => type.Assembly.GetName().Name!.StartsWith("Guardrail.", StringComparison.Ordinal)
        ? !type.Assembly.GetName().Name!.Contains("Test", StringComparison.Ordinal)
        : type.Namespace is "System" or "System.Threading.Channels" || type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true;

    private static (long Size, FieldInfo[] References) LayoutOf(Type type) => Layouts.GetOrAdd(type, static type =>
    {
        var fields = new List<FieldInfo>();
        for (var at = type; at is not null && at != typeof(object) && at != typeof(ValueType); at = at.BaseType)
        {
            fields.AddRange(at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly));
        }

        return (fields.Sum(f => SizeOf(f.FieldType)), [.. fields.Where(f => !f.FieldType.IsPrimitive && !f.FieldType.IsEnum && !f.FieldType.IsPointer && !f.FieldType.IsByRef
            && (!f.FieldType.IsValueType || LayoutOf(f.FieldType).References.Length > 0))]);
    });

    private static long SizeOf(Type type) => !type.IsValueType ? Pointer
        : type.IsEnum ? SizeOf(Enum.GetUnderlyingType(type))
        : type.IsPrimitive ? (long)Sizes.MakeGenericMethod(type).Invoke(null, null)!
        : LayoutOf(type).Size;

    private static long Primitive<T>() => Unsafe.SizeOf<T>();
}
