"""Arrays: simple vectors, octets, vectors with fill pointers, arrays of other ranks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clysm.host.conditions import simple_error
from clysm.host.functions.registry import in_world, lisp
from clysm.host.objects import (
    CHARACTERS,
    UNSUPPLIED,
    Array,
    BitVector,
    Cons,
    FillVector,
    OctetBuffer,
    T,
    cl,
    items_of,
    list_of,
)
from clysm.host.sequence_types import elements, simple_vector
from clysm.host.type_system import element_kind, element_type_name
from clysm.host.world import World


@lisp("VECTOR")
def _vector(*items: Any) -> list[Any]:
    return list(items)


@in_world
def _makers(world: World) -> dict[str, Callable[..., Any]]:
    def make_array(
        dimensions: Any,
        *,
        element_type: Any = T,
        initial_element: Any = UNSUPPLIED,
        initial_contents: Any = UNSUPPLIED,
        adjustable: Any = None,
        fill_pointer: Any = None,
        displaced_to: Any = None,
        displaced_index_offset: Any = None,
    ) -> Any:
        if displaced_to is not None or displaced_index_offset is not None:
            raise simple_error("displaced arrays are not in the dialect")
        sizes = [dimensions] if type(dimensions) is int else items_of(dimensions)
        kind = element_kind(world, element_type)
        default = {"CHARACTER": CHARACTERS[" "], "OCTET": 0, "BIT": 0}.get(kind)
        initial: Any = default if initial_element is UNSUPPLIED else initial_element
        if len(sizes) != 1:
            return _make_ranked(sizes, initial, initial_contents)
        items: list[Any] = (
            [initial] * sizes[0] if initial_contents is UNSUPPLIED else elements(initial_contents)
        )
        if len(items) != sizes[0]:
            raise simple_error(f"{len(items)} initial elements for an array of {sizes[0]}")
        if adjustable is None and fill_pointer is None:
            return simple_vector(kind, items)
        if kind == "CHARACTER":
            raise simple_error(
                "strings with a fill pointer are not in the dialect: use with-output-to-string"
            )
        vector: Any = OctetBuffer(items) if kind == "OCTET" else FillVector(items)
        vector.capacity = len(items)
        if type(fill_pointer) is int:
            del vector[fill_pointer:]
        return vector

    return {"MAKE-ARRAY": make_array}


def _make_ranked(sizes: list[int], initial: Any, contents: Any) -> Array:
    total = 1
    for size in sizes:
        total *= size
    if contents is UNSUPPLIED:
        return Array(tuple(sizes), [initial] * total)
    items = [contents]
    for _ in sizes:
        items = [item for one in items for item in elements(one)]
    if len(items) != total:
        raise simple_error(f"{len(items)} initial elements for an array of {total}")
    return Array(tuple(sizes), items)


def _row_major(array: Array, indices: tuple[int, ...]) -> int:
    if len(indices) != len(array.dimensions):
        raise IndexError(f"{len(indices)} subscripts for an array of rank {len(array.dimensions)}")
    result = 0
    for index, size in zip(indices, array.dimensions, strict=True):
        if not 0 <= index < size:
            raise IndexError(f"subscript {index} of a dimension of {size}")
        result = result * size + index
    return result


@lisp("AREF")
def aref(array: Any, *indices: int) -> Any:
    if type(array) is Array:
        return array.items[_row_major(array, indices)]
    (index,) = indices
    if index < 0:
        raise IndexError(f"index {index}")
    return CHARACTERS[array[index]] if type(array) is str else array[index]


@lisp("(SETF AREF)")
def _set_aref(value: Any, array: Any, *indices: int) -> Any:
    if type(array) is Array:
        array.items[_row_major(array, indices)] = value
        return value
    (index,) = indices
    if index < 0:
        raise IndexError(f"index {index}")
    array[index] = value
    return value


@lisp("SVREF", "ROW-MAJOR-AREF")
def _svref(vector: Any, index: int) -> Any:
    return vector.items[index] if type(vector) is Array else aref(vector, index)


@lisp("(SETF SVREF)", "(SETF ROW-MAJOR-AREF)")
def _set_svref(value: Any, vector: Any, index: int) -> Any:
    if type(vector) is Array:
        vector.items[index] = value
        return value
    return _set_aref(value, vector, index)


@lisp("VECTOR-PUSH-EXTEND")
def _vector_push_extend(item: Any, vector: Any, extension: int = 0) -> int:
    _check_fill_pointer(vector)
    vector.append(item)
    vector.capacity = max(vector.capacity, len(vector))
    return len(vector) - 1


@lisp("VECTOR-PUSH")
def _vector_push(item: Any, vector: Any) -> int | None:
    _check_fill_pointer(vector)
    if len(vector) >= vector.capacity:
        return None
    vector.append(item)
    return len(vector) - 1


@lisp("VECTOR-POP")
def _vector_pop(vector: Any) -> Any:
    _check_fill_pointer(vector)
    if not vector:
        raise simple_error("vector-pop of an empty vector")
    return vector.pop()


def _check_fill_pointer(vector: Any) -> None:
    if type(vector) not in (FillVector, OctetBuffer):
        raise TypeError(f"`{vector!r}` has no fill pointer")


@lisp("FILL-POINTER")
def _fill_pointer(vector: Any) -> int:
    _check_fill_pointer(vector)
    return len(vector)


@lisp("(SETF FILL-POINTER)")
def _set_fill_pointer(value: int, vector: Any) -> int:
    _check_fill_pointer(vector)
    if not 0 <= value <= vector.capacity:
        raise IndexError(f"fill pointer {value} of a vector of {vector.capacity}")
    missing = value - len(vector)
    if missing > 0:
        vector.extend([0 if isinstance(vector, bytearray) else None] * missing)
    else:
        del vector[value:]
    return value


@lisp("ARRAY-HAS-FILL-POINTER-P", "ADJUSTABLE-ARRAY-P")
def _has_fill_pointer(array: Any) -> Any:
    return T if type(array) in (FillVector, OctetBuffer) else None


@lisp("ARRAY-DIMENSIONS")
def _array_dimensions(array: Any) -> Any:
    return list_of(_dimensions(array))


def _dimensions(array: Any) -> tuple[int, ...]:
    if type(array) is Array:
        return array.dimensions
    if type(array) in (FillVector, OctetBuffer):
        return (array.capacity,)
    if type(array) in (list, BitVector, bytearray, str):
        return (len(array),)
    raise TypeError(f"`{array!r}` is not an array")


@lisp("ARRAY-DIMENSION")
def _array_dimension(array: Any, axis: int) -> int:
    return _dimensions(array)[axis]


@lisp("ARRAY-RANK")
def _array_rank(array: Any) -> int:
    return len(_dimensions(array))


@lisp("ARRAY-TOTAL-SIZE")
def _array_total_size(array: Any) -> int:
    total = 1
    for size in _dimensions(array):
        total *= size
    return total


@lisp("ARRAY-ELEMENT-TYPE")
def _array_element_type(array: Any) -> Any:
    kind = element_type_name(array)
    return Cons(cl("UNSIGNED-BYTE"), Cons(8, None)) if kind == "OCTET" else cl(kind)
