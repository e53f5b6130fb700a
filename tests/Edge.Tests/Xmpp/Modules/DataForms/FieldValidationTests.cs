using Edge.Xmpp.Modules.DataForms;

namespace Edge.Tests.Xmpp.Modules.DataForms;

public sealed class FieldValidationTests
{
    [Theory]
    [InlineData("xs:string", "anything", true)]
    [InlineData("xs:int", "2147483647", true)]
    [InlineData("xs:int", "2147483648", false)]
    [InlineData("xs:long", "9223372036854775808", false)]
    [InlineData("xs:byte", "-128", true)]
    [InlineData("xs:unsignedByte", "-1", false)]
    [InlineData("xs:positiveInteger", "0", false)]
    [InlineData("xs:nonNegativeInteger", "123456789012345678901234567890", true)]
    [InlineData("xs:integer", "1.5", false)]
    [InlineData("xs:decimal", "1.5", true)]
    [InlineData("xs:decimal", "1e5", false)]
    [InlineData("xs:double", "-1.5E-3", true)]
    [InlineData("xs:double", "INF", true)]
    [InlineData("xs:double", "Infinity", false)]
    [InlineData("xs:boolean", "1", true)]
    [InlineData("xs:boolean", "yes", false)]
    [InlineData("xs:dateTime", "2003-10-06T11:22:00-07:00", true)]
    [InlineData("xs:dateTime", "yesterday", false)]
    [InlineData("xs:date", "2003-10-06", true)]
    [InlineData("xs:date", "2003-13-06", false)]
    [InlineData("xs:time", "16:00:00", true)]
    [InlineData("xs:time", "25:00:00", false)]
    [InlineData("xs:hexBinary", "0aFF", true)]
    [InlineData("xs:hexBinary", "0aF", false)]
    [InlineData("xs:base64Binary", "aGFsbG8=", true)]
    [InlineData("xs:base64Binary", "#", false)]
    [InlineData("x:unheard", "anything", true)]
    public void A_value_is_checked_against_its_data_type(string type, string value, bool isValid) => Assert.Equal(isValid, IsValid(new(type), value));

    [Theory]
    [InlineData("xs:int", "1", "10", "10", true)]
    [InlineData("xs:int", "1", "10", "11", false)]
    [InlineData("xs:int", "1", null, "0", false)]
    [InlineData("xs:double", null, "0.5", "0.4", true)]
    [InlineData("xs:dateTime", "2003-10-05T00:00:00-07:00", "2003-10-24T23:59:59-07:00", "2003-10-25T06:59:59Z", true)]
    [InlineData("xs:dateTime", "2003-10-05T00:00:00-07:00", "2003-10-24T23:59:59-07:00", "2003-10-25T07:00:00Z", false)]
    [InlineData("xs:string", "b", "c", "a", true)] // there is no order of texts here
    [InlineData("xs:int", "many", null, "1", true)] // what is no limit limits nothing
    public void A_value_is_checked_against_a_range(string type, string? min, string? max, string value, bool isValid) =>
        Assert.Equal(isValid, IsValid(new(type, ValidationMethod.Range) { Min = min, Max = max }, value));

    [Theory]
    [InlineData("([0-9]{3})-([0-9]{2})-([0-9]{4})", "123-45-6789", true)]
    [InlineData("([0-9]{3})-([0-9]{2})-([0-9]{4})", "x123-45-6789", false)]
    [InlineData("[[:upper:]][[:alpha:]]*", "Ångström", true)]
    [InlineData("[[:upper:]][[:alpha:]]*", "ångström", false)]
    [InlineData("a|b", "ab", false)]
    [InlineData("(", "anything", true)] // no expression at all: the data type counts alone
    [InlineData(@"(a)\1", "anything", true)] // cannot be matched in linear time
    public void A_value_is_checked_against_an_expression(string pattern, string value, bool isValid) =>
        Assert.Equal(isValid, IsValid(new("xs:string", ValidationMethod.Regex) { Pattern = pattern }, value));

    [Fact]
    public void An_expression_cannot_be_made_to_take_for_ever() =>
        Assert.False(IsValid(new("xs:string", ValidationMethod.Regex) { Pattern = "(a+)+b" }, new string('a', 50_000)));

    [Theory]
    [InlineData(ValidationMethod.Basic, "other", false)]
    [InlineData(ValidationMethod.Open, "other", true)]
    [InlineData(ValidationMethod.Open, "holiday", true)]
    public void A_list_takes_other_values_only_where_it_is_open(ValidationMethod method, string value, bool isValid)
    {
        var field = new FormField("f", FieldType.ListSingle) { Options = [new("holiday")], Validation = new("xs:string", method) };

        Assert.Equal(isValid, field.Check(FormField.Of("f", value)) is null);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void A_list_of_several_is_counted(int count, bool isValid)
    {
        var field = new FormField("f", FieldType.ListMulti)
        {
            Options = [.. Enumerable.Range(0, 9).Select(i => new FormOption($"{i}"))],
            Validation = new() { MinCount = 1, MaxCount = 3 },
        };

        Assert.Equal(isValid, field.Check(FormField.Of("f", [.. field.Options.Take(count).Select(o => o.Value)])) is null);
    }

    [Theory]
    [InlineData(ValidationMethod.Basic, false)]
    [InlineData(ValidationMethod.Open, true)]
    public void Lines_of_text_are_one_value_unless_each_stands_alone(ValidationMethod method, bool isValid)
    {
        var field = new FormField("f", FieldType.TextMulti) { Validation = new("xs:int", method) };

        Assert.Equal(isValid, field.Check(FormField.Of("f", "1", "2")) is null);
    }

    private static bool IsValid(FieldValidation validation, string value) =>
        new FormField("f") { Validation = validation }.Check(FormField.Of("f", value)) is null;
}
